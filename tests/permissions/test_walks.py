"""A recording server on loopback shows what arrives at a target: reads and two sign-ins, unless more is allowed."""

import re
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rollout.cli.app import application
from rollout.locust_plugin.setup import resolve
from rollout.target import TargetError
from tests.permissions.recorder import Recorder, recording
from tests.permissions.walks import (
    CAME_TO,
    NAME,
    ON,
    ON_ITS_OWN,
    ROOT,
    SENDS_NOTHING,
    TESTS,
    WALKS,
    facts,
    row,
    surroundings,
    walk,
)

SECURITY = ROOT / "docs" / "security.md"
FEW = (*TESTS, "smoke/test_error_tracking.py", "smoke/test_input.py", "integration/test_accounts.py", "-k")
HELD_BACK = "a_test_event or sign_ins or malformed or taken_only_once or breaks_the_rules"
ASK_NO_TARGET = {*ON_ITS_OWN, "diff", "rules", "schema", "standin"} - {
    "target"
}  # they read files, or work on stand-ins of their own; a group is no command


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """The server, with the secrets of its target at hand; the current directory is for the target's file."""
    (tmp_path / "targets").mkdir()
    monkeypatch.chdir(tmp_path)
    with recording() as found:
        for name, value in surroundings(found).items():
            monkeypatch.setenv(name, value)
        yield found


def allow(recorder: Recorder, *actions: str) -> None:
    """Write the target's file: a production on loopback, with these *actions* allowed."""
    Path("targets", f"{NAME}.toml").write_text(facts(recorder.url, actions, "production"), encoding="utf-8")


@pytest.mark.parametrize("capacity", [False, True], ids=["load", "capacity"])
@pytest.mark.parametrize("allowed", [(), ("load",), ("write",)], ids=["nothing", "load", "write"])
def test_load_needs_load_and_write_on_loopback_too(
    recorder: Recorder, allowed: tuple[str, ...], capacity: bool
) -> None:
    """
    A production that is forwarded to this machine takes no request without both.
    """
    allow(recorder, *allowed)
    plan = str(ROOT / "plan.toml")
    options = Namespace(
        plan=plan,
        journals=None,
        phase="phase3",
        target=NAME,
        host=None,
        capacity=capacity,
        headless=True,
        with_faults=False,
        release=None,
    )
    with ExitStack() as stack, pytest.raises(TargetError, match=r"needs permission .*: add it to allow in targets/"):
        resolve(options, stack)
    assert recorder.arrivals == []


@pytest.mark.parametrize("command", ["watch", "doctor"])
def test_a_command_that_looks_only_reads_and_signs_in(command: str, tmp_path: Path) -> None:
    """
    On a production with nothing allowed.
    """
    done = walk(command, tmp_path / "project", (), "production")
    assert done.arrivals, done.output
    assert [each for each in done.arrivals if not each.harmless] == []


def test_checks_that_change_something_are_held_back_by_name(tmp_path: Path) -> None:
    """
    With nothing allowed, those that would write or probe send reads and sign-ins only, and say what they need.
    """
    done = walk("smoke", tmp_path / "project", (), "staging", *FEW, HELD_BACK, *ON)
    assert [each for each in done.arrivals if not each.harmless] == []
    assert "add 'probe' to `allow` in targets/recorded.toml" in done.output
    assert "add 'write' to `allow` in targets/recorded.toml" in done.output
    assert re.search(r"\d+ skipped\b", done.output)
    assert not re.search(r"\d+ (passed|failed)\b", done.output)


def test_every_command_is_walked() -> None:
    """
    A new command that asks a target stands in the table before it can land.
    """
    names = {each.name or each.callback.__name__ for each in application().registered_commands if each.callback}
    assert names - WALKS.keys() == ASK_NO_TARGET


@pytest.mark.slow
@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("command", WALKS)
def test_where_nothing_is_allowed_nothing_but_reads_and_sign_ins_arrives(
    command: str, environment: str, tmp_path: Path
) -> None:
    """
    From every command that asks a target, on a staging and on a production.
    """
    done = walk(command, tmp_path / "project", (), environment)
    assert [each for each in done.arrivals if not each.harmless] == []
    assert done.arrivals or "needs permission" in done.output, done.output


@pytest.mark.slow
@pytest.mark.parametrize("allowed", [(), ("probe", "write", "load")], ids=["nothing", "much"])
@pytest.mark.parametrize("command", SENDS_NOTHING)
def test_a_command_that_asks_no_target_sends_nothing(command: str, allowed: tuple[str, ...], tmp_path: Path) -> None:
    """
    Whatever the target's file allows; what a cluster gets is counted in tests/rollback.
    """
    done = walk(command, tmp_path / "project", allowed, "production")
    assert "Traceback" not in done.output
    assert CAME_TO.get(command, "") in done.output
    assert done.arrivals == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["smoke", "integration", "load", "capacity", "watch", "doctor", "gate", "drill", "attest"]
)
def test_the_table_says_what_arrives(command: str, tmp_path: Path) -> None:
    """
    docs/security.md, per command and permission: nothing but reads and sign-ins where nothing is allowed.
    """
    line = row(command, tmp_path)
    assert line.split("|")[2].strip() in ("nothing", "reads", "reads, sign-ins")
    assert line in SECURITY.read_text(encoding="utf-8").splitlines()
