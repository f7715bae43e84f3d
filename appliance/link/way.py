"""How the hub is reached: straight or through a proxy, and whose certificates count."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import ProxyManager
from urllib3.util import make_headers

DIRECT = "none"
KNOCK_SECONDS = 5.0

DEAD_AFTER_SECONDS = 15
"""So long may what was sent, or a probe of a silent line, stay without an answer of the other machine.

The kernel alone would try again after ever longer waits, up to minutes, and would miss that the line is back.
"""
PROBE_SECONDS = 5
_WATCHED = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_SECONDS * 1000),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, PROBE_SECONDS),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_SECONDS),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, DEAD_AFTER_SECONDS // PROBE_SECONDS),
)


class WatchedAdapter(HTTPAdapter):
    """Connections of requests that notice a dead line within DEAD_AFTER_SECONDS."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: object) -> None:
        """As the base, for connections that go straight."""
        super().init_poolmanager(connections, maxsize, block, socket_options=_WATCHED, **options)

    def proxy_manager_for(self, proxy: str, **options: object) -> ProxyManager:
        """As the base, for connections through a proxy."""
        found: ProxyManager = super().proxy_manager_for(proxy, socket_options=_WATCHED, **options)
        return found


class Way(Struct, frozen=True):
    """`proxy`: http://[user:password@]host:port, `none` for straight, empty for what the environment says.

    `ca`: file of the certificates (PEM) that may vouch for the hub's address; empty for those of the web.
    """

    proxy: str = ""
    ca: str = ""

    def proxies(self, url: str) -> Mapping[str, str]:
        """The proxies of an address by scheme, as requests wants them; the machine's own loop has none."""
        scheme = urlsplit(url).scheme
        if scheme != "https" or self.proxy == DIRECT:
            return {}
        if self.proxy:
            return {"https": self.proxy}
        found: Mapping[str, str] = get_environ_proxies(url)
        return found


def knock(url: str, way: Way | None = None) -> bool:
    """Whether something answers at the hub's address, also behind a proxy; connects and says nothing."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    proxies = (way or Way()).proxies(url)
    proxy = proxies.get("https") or proxies.get("all") or ""
    try:
        if proxy:
            return _knock_through(proxy, host, port)
        with socket.create_connection((host, port), timeout=KNOCK_SECONDS):
            return True
    except (OSError, UnicodeError, http.client.HTTPException):
        return False


def _knock_through(proxy: str, host: str, port: int) -> bool:
    """A tunnel is asked for and dropped: a proxy always answers, only what it says tells of the line."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    headers = make_headers(proxy_basic_auth=user) if user else {}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=KNOCK_SECONDS)
    connection.set_tunnel(host, port, headers)
    try:
        connection.connect()
    finally:
        connection.close()
    return True
