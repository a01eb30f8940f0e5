"""Who keeps the secret switches the fault on at its time and off at the end, and lets nobody see which it is."""

import subprocess
from typing import Any

import pytest

from rollout.gameday.commitment import Hidden
from rollout.gameday.keeper import Keeper, standin_switch
from rollout.target import TargetError
from xcodereviewer.suite import SUITE

SECRET = "redis-full"
Calls = list[tuple[str, bool]]


def kept(hidden: Hidden, calls: Calls, error: Exception | None = None) -> Keeper:
    """A block of a keeper that has had time to act."""

    def switch(fault: str, on: bool) -> None:
        calls.append((fault, on))
        if error:
            raise error

    with Keeper(hidden, switch) as keeper:
        if hidden.after_s == 0:
            keeper.acted.wait(5)
    return keeper


def test_a_fault_is_on_for_the_rest_of_the_block() -> None:
    """
    From its moment on, and off again whatever happened.
    """
    calls: Calls = []
    assert kept(Hidden(SECRET, 0.0), calls).injected is not None
    assert calls == [(SECRET, True), (SECRET, False)]


def test_a_block_that_ends_before_its_time_switches_nothing() -> None:
    """
    A decision before the fault began is a false alarm.
    """
    calls: Calls = []
    assert kept(Hidden(SECRET, 1000.0), calls).injected is None
    assert calls == []


def test_where_nothing_is_hidden_the_same_is_done_with_no_name() -> None:
    """
    How busy the machine is tells nothing.
    """
    calls: Calls = []
    keeper = kept(Hidden("", 0.0), calls)
    assert calls == [("", True)]
    assert (keeper.injected, keeper.trouble) == (None, "")


def test_what_goes_wrong_is_kept_until_the_opening() -> None:
    """
    The complaint names the fault, so it is not told before.
    """
    calls: Calls = []
    keeper = kept(Hidden(SECRET, 0.0), calls, TargetError(f"standin fault: {SECRET} did not fill"))
    assert keeper.trouble == f"standin fault: {SECRET} did not fill"
    assert calls == [(SECRET, True), (SECRET, False)]


def test_no_argument_of_a_process_names_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It goes by standard input, which no list of processes shows.
    """
    seen: list[tuple[list[str], str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.append((command, options["input"]))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    switch = standin_switch(SUITE, {"dir": "/stand/in"})
    switch(SECRET, True)
    switch(SECRET, False)
    assert [told for _, told in seen] == [f"{SECRET}\n"] * 2
    assert [command[3:] for command, _ in seen] == [
        ["fault", "-", "--dir", "/stand/in"],
        ["fault", "-", "--off", "--dir", "/stand/in"],
    ]
