"""An office's settings, and the way to open its folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

import msgspec

from appliance.store.unit import MailSettings, Settings, Unit
from commons import folder as node_folder
from commons.clock import Clock
from commons.settings import described, load
from protocol.errors import LocalError
from protocol.keys import NodeKeys


class CheckFailed(LocalError):
    """The data does not fit together: values `path`, `problems`."""

    code = "check.failed"


class BadProxy(LocalError):
    """A setting of the proxy cannot be used: value `setting`."""

    code = "config.proxy"


class BadMail(LocalError):
    """A setting of the mail server cannot be used: value `setting`."""

    code = "config.mail"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of an office's program (config.toml in its folder)."""

    node: Annotated[str, described("Code of this node, as its certificate has it.")]
    hub: Annotated[str, described("Code of the district's hub.")]
    hub_url: Annotated[
        str,
        described("Address of the hub: https, or plain http on this machine's own loop. Empty: never by this line."),
    ] = ""
    hub_ca: Annotated[
        str,
        described("File of the certificates (PEM) that vouch for the hub's address. Empty: those that the web trusts."),
    ] = ""
    proxy: Annotated[
        str,
        described(
            "Proxy on the way to the hub, as http://host:port; none: straight. Empty: as HTTPS_PROXY and NO_PROXY say."
        ),
    ] = ""
    proxy_user: Annotated[str, described("Name by which the proxy knows the office; empty: it asks for none.")] = ""
    proxy_password: Annotated[
        str, described("File of the proxy's password, one line, mode 0600; from the folder, or a whole path.")
    ] = "keys/proxy.password"  # noqa: S105 - the name of a file
    listen: Annotated[
        str,
        described("Where the screens are served, plain HTTP on the machine's own loop; TLS ends at nginx before it."),
    ] = "127.0.0.1:8801"
    threads: Annotated[int, described("How many requests are answered at once."), msgspec.Meta(ge=1, le=256)] = 8
    streams: Annotated[
        int,
        described("So many open pages are told at once what arrives (each holds a thread more); the others ask."),
        msgspec.Meta(ge=0, le=256),
    ] = 24
    session_seconds: Annotated[
        int, described("After so many seconds without work a person is logged out."), msgspec.Meta(ge=60)
    ] = 900
    exchange_seconds: Annotated[
        float, described("Seconds between two exchanges while nothing is to be said."), msgspec.Meta(gt=0)
    ] = 15.0
    lively_seconds: Annotated[
        float, described("Seconds between two exchanges while a hand-over is on its way."), msgspec.Meta(gt=0)
    ] = 2.0
    reserve_bytes: Annotated[
        int, described("So much of the disk stays free: below it nothing new is taken in."), msgspec.Meta(ge=0)
    ] = 64 << 20
    announce: Annotated[
        bool, described("Whether the office can be found in its network as block-<node>.local, by multicast DNS.")
    ] = True
    announce_port: Annotated[
        int, described("Port of the web server in front, which is announced."), msgspec.Meta(ge=1, le=65_535)
    ] = 443
    neighbour: Annotated[
        bool,
        described("Whether another appliance in the network may take this office's sealed post when the line is down."),
    ] = True
    neighbour_after_seconds: Annotated[
        float, described("Seconds for which the line is down before a neighbour is asked."), msgspec.Meta(ge=0)
    ] = 120.0
    neighbour_carries: Annotated[
        bool, described("Whether this office takes the sealed post of others in its network along on its own line.")
    ] = True
    practice_url: Annotated[
        str, described("Address of the practice office, for the links of log-in and help. Empty: there is none.")
    ] = ""
    sticks: Annotated[
        str, described("Folder in which each USB stick that is plugged in is mounted under a name of its own.")
    ] = "/run/patravali/sticks"
    node_key: Annotated[
        str, described("File of the node's own keys, 64 raw bytes, mode 0600; from the folder, or a whole path.")
    ] = "keys/node.key"
    storage_key: Annotated[
        str, described("File of the key that encrypts database and papers, 32 raw bytes, mode 0600.")
    ] = "keys/storage.key"
    mail_server: Annotated[
        str, described("Mail server (SMTP) that takes the office's letters, as host:port. Empty: no e-mail leaves.")
    ] = ""
    mail_security: Annotated[
        Literal["starttls", "tls", "none"],
        described("How the mail server is spoken to; none only for a server on the machine's own loop."),
    ] = "starttls"
    mail_sender: Annotated[str, described("The office's e-mail address, from which its letters are sent.")] = ""
    mail_user: Annotated[str, described("Name by which the mail server knows the office; empty: it asks for none.")] = (
        ""
    )
    mail_password: Annotated[
        str,
        described("File of the mail server's password, one line, mode 0600; from the folder, or a whole path."),
    ] = "keys/mail.password"  # noqa: S105 - the name of a file
    root: Annotated[str, described("File of the district's root certificate (DER).")] = "keys/root.der"


def read(folder: Path, given: Mapping[str, object] | None = None) -> Config:
    """The settings of the office in `folder`, `given` over them. Raises BadSettings."""
    return load(Config, folder / node_folder.CONFIG, os.environ, given)


def make(folder: Path, config: Config, root: bytes, random: Callable[[int], bytes] = os.urandom) -> NodeKeys:
    """Make the folder of a new office, with new keys; these, to have them certified. Raises BadFolder."""
    return node_folder.make(folder, config, root, random)


def open_unit(
    folder: Path, given: Mapping[str, object] | None = None, *, check: bool = False, clock: Clock | None = None
) -> Unit:
    """The node in `folder`, opened; with `check` the whole of its data is verified first.

    Raises BadSettings, BadFolder, BadCertificate, Unfit (the database), CheckFailed.
    """
    config = read(folder, given)
    secrets = node_folder.read_secrets(folder, config.node_key, config.storage_key, config.root)
    settings = Settings(
        node=config.node,
        hub=config.hub,
        hub_url=config.hub_url,
        reserve_bytes=config.reserve_bytes,
        exchange_seconds=config.exchange_seconds,
        lively_seconds=config.lively_seconds,
        session_seconds=config.session_seconds,
        streams=config.streams,
        neighbour=config.neighbour,
        neighbour_after_seconds=config.neighbour_after_seconds,
        neighbour_carries=config.neighbour_carries,
        mail=_mail(folder, config),
        practice_url=config.practice_url,
        sticks=config.sticks,
        proxy=_proxy(folder, config),
        hub_ca=str(folder / config.hub_ca) if config.hub_ca else "",
    )
    unit = Unit(folder, settings, secrets.keys, secrets.storage_key, secrets.root, clock=clock, check=False)
    if check:
        _check(unit, folder)
    return unit


def _proxy(folder: Path, config: Config) -> str:
    """The proxy's address with what it asks for. Raises BadProxy."""
    if config.proxy in ("", "none"):
        return config.proxy
    try:
        parts = urlsplit(config.proxy)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadProxy(setting="proxy") from error
    if parts.scheme != "http" or not host or port is None or parts.username is not None:
        raise BadProxy(setting="proxy")
    if not config.proxy_user:
        return f"http://{parts.netloc}"
    try:
        password = (folder / config.proxy_password).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadProxy(setting="proxy_password") from error
    return f"http://{quote(config.proxy_user, safe='')}:{quote(password, safe='')}@{parts.netloc}"


def _mail(folder: Path, config: Config) -> MailSettings | None:
    """Where e-mails go, if they go at all. Raises BadMail."""
    if not config.mail_server:
        return None
    host, _, port = config.mail_server.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadMail(setting="mail_server")
    if "@" not in config.mail_sender:
        raise BadMail(setting="mail_sender")
    if config.mail_security == "none" and host not in ("127.0.0.1", "localhost", "[::1]"):
        raise BadMail(setting="mail_security")
    password = ""
    if config.mail_user:
        try:
            password = (folder / config.mail_password).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadMail(setting="mail_password") from error
    return MailSettings(
        host.strip("[]"), int(port), config.mail_security, config.mail_sender, config.mail_user, password
    )


def _check(unit: Unit, folder: Path) -> None:
    from appliance.store.check import check_unit

    problems = check_unit(unit, quick=True)
    if problems:
        unit.db.close()
        raise CheckFailed(path=str(folder), problems="; ".join(str(problem) for problem in problems[:5]))
