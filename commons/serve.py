"""A web application behind gunicorn in this process, and what an address must be like to be listened on."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

from gunicorn.app.base import BaseApplication

from protocol.errors import LocalError

GRACEFUL_SECONDS = 5


class BadAddress(LocalError):
    """An address that cannot be listened on: codes address.malformed, address.not_loopback, address.taken."""

    code = "address.malformed"


def parse(address: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`. Raises BadAddress."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadAddress("address.malformed", address=address)
    return host.strip("[]"), int(port)


def check_listening(address: str) -> None:
    """Raises BadAddress unless `address` is one of this machine's own loop and nobody listens there.

    What is spoken here is plain HTTP: TLS ends at the web server in front (docs/operations.md).
    """
    check_loopback(address)
    host, port = parse(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadAddress("address.taken", address=address, port=port) from error


def check_loopback(address: str) -> None:
    """Raises BadAddress unless `address` is one of this machine's own loop."""
    host, _ = parse(address)
    if not is_loopback(host):
        raise BadAddress("address.not_loopback", address=address)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine's loop: what is said there cannot be heard outside."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run_web(make_application: Callable[[], object], listen: str, threads: int, name: str) -> None:
    """Serve until SIGTERM: one worker with threads, which answers what it has begun before it ends.

    `make_application` is called in the worker, so that no database connection crosses a fork. Does not return.
    """
    options = {
        "bind": [listen],
        "worker_class": "gthread",
        "workers": 1,
        "threads": threads,
        "graceful_timeout": GRACEFUL_SECONDS,
        "timeout": 120,
        "keepalive": 30,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": name,
        "control_socket_disable": True,
        "post_worker_init": _remember,
    }
    _Web(make_application, options).run()


_worker: list[object] = []


def is_ending() -> bool:
    """Whether this worker has been told to end: an answer that goes on and on stops at this."""
    return any(not getattr(worker, "alive", True) for worker in _worker)


def _remember(worker: object) -> None:
    _worker.append(worker)


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, make_application: Callable[[], object], options: dict[str, object]) -> None:
        self._make_application = make_application
        self._options = options
        super().__init__()

    def init(self, parser: object, opts: object, args: object) -> None:
        """No command line and no file of gunicorn's own."""

    def load_config(self) -> None:
        """Give gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """The application, in the worker."""
        return self._make_application()
