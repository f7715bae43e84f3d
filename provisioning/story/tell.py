"""`patravali story`: the whole of it, in one command."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from protocol.errors import PatravaliError
from provisioning import nodes
from provisioning.story import acts
from provisioning.story.page import NotThere
from provisioning.story.stage import Stage, free_ports, is_alive, staged
from provisioning.story.teller import NotTrue, Teller

FALSE_EXIT = 1


def tell(data: Path | None, language: str, *, keep: bool) -> int:
    """Play and tell the story; 0 only if every statement was true. The data is removed unless asked for."""
    folder = (data or Path(tempfile.mkdtemp(prefix="patravali-story-"))).resolve()
    teller = Teller(language)
    try:
        _play(folder, teller, language)
    except NotTrue as false:
        print(f"\n{false.words}: NOT TRUE; found: {false.found}\ndata: {folder}", file=sys.stderr)
        return FALSE_EXIT
    except NotThere as missing:
        print(f"\nno control “{missing.args[0]}” on the page\ndata: {folder}", file=sys.stderr)
        return FALSE_EXIT
    teller.say(
        f"समाप्त: {teller.checked} कथन जाँचे गये, सभी सत्य।", f"The end: {teller.checked} statements checked, all true."
    )
    if keep or data is not None:
        print(f"data: {folder}")
    else:
        shutil.rmtree(folder)
    return 0


def _play(folder: Path, teller: Teller, language: str) -> None:
    teller.say(
        "एक जिला बनाया जाता है: हब, मुख्यालय, मोंठ और चिरगाँव।",
        "A district is made: hub, headquarters, Moth and Chirgaon.",
    )
    with staged(free_ports(folder)) as stage:
        nodes = [role for role in stage.run.roles if role.role != "practice"]
        teller.check("चारों चल रहे हैं", "All four run", len(nodes) == 4)
        story = acts.Story(stage, teller, language)
        for act in (acts.opening, acts.up_the_channel, acts.line_down, acts.line_up, acts.at_the_hub):
            act(story)
        _end(stage, teller)


def _end(stage: Stage, teller: Teller) -> None:
    teller.say("Ctrl-C दबाया जाता है।", "Ctrl-C is pressed.")
    pids = stage.pids()
    code = stage.interrupt()
    alive = [pid for pid in pids if is_alive(pid)]
    teller.check(
        "सब कुछ रुक गया, कोई प्रक्रिया शेष नहीं", "Everything has stopped, no process is left", code == 0 and not alive,
        (code, alive),
    )  # fmt: skip
    for node in nodes.find(stage.plan.data):
        try:
            name, fault = nodes.check(node), ""
        except PatravaliError as error:
            name, fault = node.path.name, f"{error.code} {error.values}"
        teller.check(
            f"{name}: फ़ोल्डर में सब कुछ मेल खाता है", f"{name}: everything in its folder fits together", not fault, fault
        )
