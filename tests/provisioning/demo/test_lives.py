"""The story told once by the real command; then its data served by a second start, looked at, killed."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from provisioning.demo.plan import HOST, Plan
from provisioning.demo.roles import read_run
from provisioning.demo.switch import accepts
from provisioning.story import acts
from provisioning.story.stage import Stage, free_ports, is_alive, staged
from provisioning.story.teller import NotTrue, Teller
from tests.support.waiting import becomes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def patravali(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "provisioning.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The story, played to its end; its data is in `args[-1]`."""
    return patravali("story", "--lang", "en", "--data", tmp_path_factory.mktemp("story") / "data")


@pytest.fixture(scope="module")
def stage(told: subprocess.CompletedProcess[str]) -> Iterator[Stage]:
    """A second start on the story's data, on other ports."""
    with staged(free_ports(Path(told.args[-1]))) as running:
        yield running


def test_the_story_is_true(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout + told.stderr
    assert "all true" in told.stdout
    assert " NO " not in told.stdout


def test_a_false_statement_is_found(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    story = acts.Story(stage, Teller("en"), "en")
    story.file = next(file.file for file in stage.truth().office("moth").files if file.phase == "held")
    acts.only_holder(story, "moth")
    with pytest.raises(NotTrue, match="chirgaon"):
        acts.only_holder(story, "chirgaon")
    assert " NO " in capsys.readouterr().out


def test_the_second_start_has_the_file_of_the_first(stage: Stage) -> None:
    titles = {file.title: file for file in stage.truth().office("chirgaon").files}
    assert titles[acts.SUBJECT["en"]].holder_node == "chirgaon"
    assert titles[acts.SUBJECT["en"]].paragraphs == 3


def test_run_json_tells_roles_addresses_log_ins_and_processes(stage: Stage) -> None:
    run = stage.run
    assert (run.state, run.data) == ("running", str(stage.plan.data))
    assert [role.role for role in run.roles] == ["hub", "appliance", "appliance", "appliance", "practice"]
    for role in run.roles:
        node = "abhyas" if role.role == "practice" else role.node
        assert requests.get(role.url + "healthz", timeout=5).json()["node"] == node
        assert set(role.pids) == ({"web"} if role.role == "hub" else {"web", "queue"})
        assert all(is_alive(pid) for pid in role.pids.values())
        assert bool(role.log_ins) == (role.role != "practice")


def test_keys_and_folders_are_private(stage: Stage) -> None:
    for role in stage.run.roles:
        folder = Path(role.folder) / ("1" if role.role == "practice" else "")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "keys" / "node.key").stat().st_mode) == 0o600
        assert len((folder / "keys" / "storage.key").read_bytes()) == 32


def test_a_line_that_is_down_cuts_what_is_open_and_refuses_what_is_new(stage: Stage) -> None:
    port = stage.role("moth").line_port
    open_one = socket.create_connection((HOST, port))
    try:
        open_one.settimeout(10)
        assert stage.line("moth", "down") == "moth: line down"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port))
        assert ended(open_one)
        assert accepts(stage.role("chirgaon").line_port)
        assert becomes(lambda: stage.truth().office("moth").line.up is False)
    finally:
        open_one.close()
        stage.line("moth", "up")
    assert becomes(lambda: stage.truth().office("moth").line.up is True)


def ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_the_page_shows_and_switches_the_lines_by_plain_forms(stage: Stage) -> None:
    url = stage.plan.page_url
    page = requests.get(url, params={"lang": "en"}, timeout=5)
    assert page.status_code == 200
    assert "script" not in page.text
    assert 'data-node="chirgaon" data-line="up"' in page.text
    assert "demo-chirgaon-bdo" in page.text
    after = requests.post(url + "line", data={"office": "chirgaon", "to": "down", "lang": "en"}, timeout=5)
    assert 'data-node="chirgaon" data-line="down"' in after.text
    assert becomes(lambda: not accepts(stage.role("chirgaon").line_port))
    requests.post(url + "line", data={"office": "chirgaon", "to": "up"}, timeout=5)
    assert becomes(lambda: accepts(stage.role("chirgaon").line_port))


@pytest.mark.parametrize(
    "headers", [{"Host": "elsewhere.example"}, {"Origin": "http://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_the_page_obeys_no_other_site(stage: Stage, headers: dict[str, str]) -> None:
    form = {"office": "chirgaon", "to": "down"}
    answer = requests.post(stage.plan.page_url + "line", data=form, headers=headers, timeout=5)
    assert answer.status_code == 403
    assert accepts(stage.role("chirgaon").line_port)


def test_a_second_demonstration_on_the_same_data_is_refused(stage: Stage) -> None:
    refused = patravali("demo", "--data", stage.plan.data)
    assert refused.returncode == 3
    assert "already being served" in refused.stderr
    assert "पहले उसे रोकें" in refused.stderr


def test_a_taken_port_is_named(stage: Stage, tmp_path: Path) -> None:
    refused = patravali("demo", "--data", tmp_path / "other", "--port", str(stage.plan.base_port))
    assert refused.returncode == 3
    assert f"Port {stage.plan.base_port} is taken" in refused.stderr


def test_a_killed_process_is_started_again(stage: Stage) -> None:
    before = pid_of(stage.plan, "moth", "queue")
    os.kill(before, signal.SIGKILL)
    assert becomes(lambda: pid_of(stage.plan, "moth", "queue") != before)
    assert is_alive(pid_of(stage.plan, "moth", "queue"))


def pid_of(plan: Plan, node: str, program: str) -> int:
    run = read_run(plan.data)
    assert run is not None
    return next(role.pids.get(program, 0) for role in run.roles if role.node == node)


def test_status_of_one_office_is_for_people_too(stage: Stage) -> None:
    said = patravali("status", stage.plan.folder("moth")).stdout
    assert said.startswith("moth: working")
    assert "jhansi-hub" in patravali("status", stage.plan.data, "--json").stdout


def test_check_finds_a_running_office_sound(stage: Stage) -> None:
    said = patravali("check", stage.plan.folder("moth"))
    assert (said.returncode, said.stdout) == (0, "moth: everything fits together\n")


def test_when_the_demonstration_is_killed_nothing_of_it_is_left(stage: Stage) -> None:
    pids = stage.pids()
    assert len(pids) == 10
    os.kill(stage.pids()[-1], signal.SIGKILL)
    assert becomes(lambda: not any(is_running(pid) for pid in pids))
    assert becomes(lambda: not any(accepts(port) for port in stage.plan.ports))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
