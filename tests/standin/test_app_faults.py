"""The catalogue of faults and the switch that turns them on."""

import json
import os
import re
from pathlib import Path

import pytest

from standin import faults
from standin.faults.catalogue import ALL
from standin.faults.switch import Switch

ROOT = Path(__file__).parents[2] / "standin"
SOURCES = [path for part in ("app", "worker") for path in sorted((ROOT / part).rglob("*.py"))]
QUESTIONS = {
    name for path in SOURCES for name in re.findall(r'faults\.active\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
}
FLAGS = {name for name, fault in faults.CATALOGUE.items() if fault.kind == "flag"}


def switched(path: Path, **on: dict[str, object]) -> Switch:
    """A switch whose file turns *on* those faults."""
    path.write_text(json.dumps({name.replace("_", "-"): params for name, params in on.items()}))
    return Switch(path)


def test_no_two_faults_share_a_name() -> None:
    """
    The catalogue keeps each that was written down.
    """
    assert len(faults.CATALOGUE) == len(ALL) >= 60


def test_the_application_asks_for_every_flag_of_the_catalogue() -> None:
    """
    A fault that nothing implements would prove nothing.
    """
    assert set() == FLAGS - QUESTIONS


def test_the_application_asks_for_nothing_else() -> None:
    """
    A misspelt question would never find its fault on.
    """
    assert set() == QUESTIONS - FLAGS


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_each_fault_says_what_is_seen_and_who_should_notice(fault: faults.Fault) -> None:
    """
    A sentence for people, and at least one kind of check.
    """
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name)
    assert fault.sentence.endswith(".")
    assert all(fault.breaks)


def test_without_a_file_nothing_is_on() -> None:
    """
    The ordinary state of the stand-in.
    """
    assert Switch(None).active("slow-endpoint") is None


def test_a_missing_file_turns_everything_off(tmp_path: Path) -> None:
    """
    Removing the file is the simplest way back.
    """
    switch = switched(tmp_path / "on.json", slow_endpoint={})
    assert switch.active("slow-endpoint") is not None
    (tmp_path / "on.json").unlink()
    assert switch.active("slow-endpoint") is None


def test_given_parameters_replace_defaults(tmp_path: Path) -> None:
    """
    What is not given stays as the catalogue has it.
    """
    params = switched(tmp_path / "on.json", slow_endpoint={"ms": 5}).active("slow-endpoint")
    assert params == {"on": True, **faults.CATALOGUE["slow-endpoint"].defaults, "ms": 5}


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """
    Faults go on and off while everything runs.
    """
    path = tmp_path / "on.json"
    switch = switched(path, stall={})
    assert switch.active("cache-stale") is None
    path.write_text(json.dumps({"cache-stale": {}}))
    os.utime(path, ns=(1, 1))
    assert switch.active("cache-stale"), "a fault without parameters is on too"
    assert switch.active("stall") is None
