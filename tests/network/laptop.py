"""A person's laptop in the office: opens a file with a scan and sends it to another office, over the office's network.

`python -m tests.network.laptop URL CERTIFICATE SCAN TO_POST EMPLOYEE PASSWORD` prints the id of the file, and when
(monotonic seconds) it was there with its scan.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from provisioning.demo.roles import LogIn
from provisioning.story.person import Attachment, Person


def main(url: str, certificate: str, scan: str, to_post: str, employee: str, password: str) -> None:
    """Work as a person does; any page that is not as it should be raises."""
    person = Person(url, LogIn(employee, password, "", "", "", "", ""), "en", ca=certificate)
    person.enter()
    person.go("/files/new")
    person.press("open-file", Attachment("paper", "scan.pdf", Path(scan).read_bytes()), subject="The road to the tank")
    attached = time.monotonic()
    file = person.address.rstrip("/").rsplit("/", 1)[-1].split("#")[0]
    assert person.page.hook("state") == "desk", person.status
    person.press("send", to_post=to_post, how="up")
    assert person.go(f"/files/{file}").hook("state") in ("queued", "released"), person.status
    print(file, attached)


if __name__ == "__main__":
    main(*sys.argv[1:])
