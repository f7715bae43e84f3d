"""nginx before a program of ours, as docs/operations.md wants it; it counts what each request really brought."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.network.namespaces import Host
from tests.support.tls import make_certificate

CONFIG = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error warn;
events {{ worker_connections 256; }}
http {{
    log_format counted escape=json '{{"method":"$request_method","path":"$uri","status":$status,'
        '"bytes":$request_length,"at":$msec,"seconds":$request_time}}';
    access_log {folder}/access.json counted;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 443 ssl;
        ssl_certificate {pem};
        ssl_certificate_key {pem};
        ssl_protocols TLSv1.2 TLSv1.3;
        client_max_body_size 300m;
        client_body_timeout 30s;
        {extra}
        location / {{
            proxy_pass http://127.0.0.1:{port};
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_buffering off;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""


@dataclass
class Front:
    """A running nginx: `certificate` vouches for `url`."""

    url: str
    certificate: Path
    folder: Path
    process: subprocess.Popen[bytes]

    def counted(self) -> list[dict[str, object]]:
        """What each finished request was, in their order; `bytes` with its head."""
        lines = (self.folder / "access.json").read_text().splitlines()
        return [json.loads(line) for line in lines]


def front(host: Host, folder: Path, addresses: Sequence[str], port: int, extra: str = "") -> Front:
    """End TLS at the addresses of a host, before a program at a port of its own loop."""
    folder.mkdir(parents=True)
    pem = make_certificate(folder, *addresses, name="front")
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, pem=pem, port=port, extra=extra))
    process = host.start("nginx", "-c", str(config), output=folder / "nginx.said")
    return Front(f"https://{addresses[0]}", pem, folder, process)
