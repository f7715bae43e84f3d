"""Real hosts on one machine: network namespaces, real processes. Needs root; `make test-network` runs them."""
