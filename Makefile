# `make help` lists what there is. Works with `apt install make python3-venv` and nothing else.
PYTHON ?= python3
DATA ?= data/demo

BIN := .venv/bin
STAMPS := .venv/.stamps
ASSETS := commons/web/static/vendor
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# Each step of the set-up leaves a stamp with Python's version and the hash of what it was made from, and is done
# again when these change.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
key = $(VERSION)-$(firstword $(shell cat $(1) | sha256sum))
VENV_STAMP := $(STAMPS)/venv-$(VERSION)
RUN_STAMP := $(STAMPS)/run-$(call key,requirements/run.txt)
DEV_STAMP := $(STAMPS)/dev-$(call key,requirements/run.txt requirements/dev.txt)
PROJECT_STAMP := $(STAMPS)/project-$(call key,pyproject.toml)
CATALOGUES := $(wildcard */translations/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# -- set-up ----------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(PROJECT_STAMP) ## The environment, the browser's files, the languages; does only what changed
	@$(BIN)/python -m provisioning.assets assets.lock $(ASSETS)
ifneq ($(CATALOGUES),)
	@$(BIN)/python -m provisioning.catalogues compile
endif

$(VENV_STAMP):
	@echo "setup: the environment .venv"
	@$(PYTHON) -m venv --clear .venv
	@mkdir -p $(STAMPS) && touch $@

$(RUN_STAMP): | $(VENV_STAMP)
	@echo "setup: packages to run on ($$(grep -c '==' requirements/run.txt), requirements/run.txt)"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@rm -f $(STAMPS)/run-* && touch $@

$(PROJECT_STAMP): | $(RUN_STAMP)
	@echo "setup: the command $(BIN)/patravali"
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@rm -f $(STAMPS)/project-* && touch $@

$(DEV_STAMP): | $(RUN_STAMP)
	@echo "setup: packages to check and test with ($$(grep -c '==' requirements/dev.txt), requirements/dev.txt)"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@rm -f $(STAMPS)/dev-* && touch $@

.PHONY: dev
dev: setup $(DEV_STAMP) ## The set-up, and what checks and tests need

.PHONY: chromium
chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "setup: Debian's Chromium for the browser tests"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "setup: no chromium here: the browser tests need it (as root: apt install chromium)"; \
	fi

# -- use -------------------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## A district to try: hub, headquarters, two block offices (DATA=data/demo); Ctrl-C stops it
	@$(BIN)/patravali demo --data '$(DATA)'

.PHONY: story
story: setup ## The story of one file, told and checked without a browser
	@$(BIN)/patravali story

.PHONY: clean-data
clean-data: ## Remove the data of `make run` (DATA=data/demo)
	@if [ ! -e '$(DATA)' ]; then echo "nothing in $(DATA)"; \
	elif [ '$(DATA)' = data/demo ] || [ -e '$(DATA)/run.json' ]; then rm -rf -- '$(DATA)' && echo "removed $(DATA)"; \
	else echo "$(DATA) is not the data of a demo (it has no run.json): left as it is" >&2; exit 1; fi

# -- checks ----------------------------------------------------------------------------------------------------------

.PHONY: lint
lint: dev ## ruff, mypy, directions of imports, Hindi complete
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m provisioning.catalogues check

.PHONY: format
format: dev ## Put the code into the house's form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

.PHONY: test
test: dev chromium ## Every test but those of the network (ARGS='-k name' picks)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --ignore=tests/network $(ARGS)

NETWORK_TOOLS := ip avahi-daemon avahi-browse dbus-daemon nsenter nginx curl

.PHONY: test-network
test-network: dev ## Real hosts in network namespaces, found by Avahi; as root (ARGS='-k name' picks)
	@if [ "$$(id -u)" != 0 ]; then echo "make test-network makes network namespaces: run it as root" >&2; exit 1; fi
	@for tool in $(NETWORK_TOOLS); do command -v $$tool >/dev/null && continue; \
		echo "setup: iproute2, avahi-daemon, avahi-utils, dbus, nginx, curl for the network tests"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			iproute2 avahi-daemon avahi-utils dbus nginx-light curl >/dev/null; break; done
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS) tests/network

.PHONY: simulate
simulate: dev ## Offices and a hub on a bad line (RUNS=1000 FROM=1, or SEED=n for one)
	@$(BIN)/python -m tests.simulation $(if $(RUNS),--runs $(RUNS)) $(if $(FROM),--from $(FROM)) $(if $(SEED),--seed $(SEED))

.PHONY: bench
bench: dev ## Measure; prints a table and build/bench.jsonl (JSONL=file, PAPERS=dir, ONLY=name,name)
	@mkdir -p build
	@$(BIN)/python -m tests.benchmarks $(if $(JSONL),--jsonl '$(JSONL)') $(if $(PAPERS),--papers '$(PAPERS)') $(if $(ONLY),--only '$(ONLY)')

# -- upkeep ----------------------------------------------------------------------------------------------------------

.PHONY: catalogues
catalogues: setup ## Bring the .po files up to the messages in the code and templates
	@$(BIN)/python -m provisioning.catalogues update

LOCK := build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: ## Write requirements/*.txt from *.in (UPGRADE=1 takes newer versions)
	@[ -x build/lock/bin/uv ] || { $(PYTHON) -m venv build/lock && \
		build/lock/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements/lock.txt; }
	@cd requirements && for name in run dev lock; do ../$(LOCK) -o $$name.txt $$name.in || exit 1; done
