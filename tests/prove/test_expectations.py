"""What a suite expects of its faults is read in one place, and a mistake in it is one line."""

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from rollout.plan import load_plan
from rollout.prove.expectations import expectations_of
from rollout.prove.faults import KnownFault, catalogue
from rollout.suite import Suite, suite_of

CHECK = "smoke/test_health.py::test_postgresql_answers_a_query"
OTHER = "smoke/test_cors.py::test_listed_origins_are_allowed"


def written(folder: Path, text: str) -> Suite:
    """The suite of this project with other expectations."""
    file = folder / "expectations.toml"
    file.write_text(text, encoding="utf-8")
    return replace(suite_of(load_plan()), expectations=file)


def test_a_suite_without_expectations_expects_nothing() -> None:
    """
    No fault breaks anything, and nothing is remembered.
    """
    nothing = expectations_of(Suite("other"))
    assert (nothing.breaks, nothing.depends, nothing.remembered) == ({}, {}, ())


def test_a_key_that_expectations_do_not_have_is_named(tmp_path: Path) -> None:
    """
    With the file.
    """
    with pytest.raises(ValueError, match=r"^expectations.toml: brakes: Extra inputs are not permitted$"):
        expectations_of(written(tmp_path, 'brakes = "x"\n'))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('remembered = ["no-such"]\n[breaks]\nsick = []', "remembered"),
        ('[breaks]\nsick = ["no-such"]', "sick"),
        ('[breaks]\nsick = []\n[depends]\nsick = ["no-such"]', "sick"),
    ],
)
def test_a_criterion_that_the_plan_does_not_have_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, place: str
) -> None:
    """
    With its place, in whichever table it stands.
    """
    with pytest.raises(ValueError, match=rf"^expectations.toml: {place}: no criterion 'no-such'"):
        expected_of(written(tmp_path, text), monkeypatch)


def expected_of(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> list[KnownFault]:
    """The catalogue of a stand-in with one fault, `sick`."""
    told = json.dumps([{"name": "sick", "sentence": "It is sick.", "kind": "switch"}])
    monkeypatch.setattr("rollout.prove.faults.suite_of", lambda _: suite)
    monkeypatch.setattr("rollout.prove.faults.standin", lambda *_: SimpleNamespace(stdout=told))
    return catalogue(load_plan())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f'"{CHECK}x" = ["sick"]', f"no test '{CHECK}x'; did you mean '{CHECK}'?"),
        (f'"{CHECK}" = ["sik"]', f"{CHECK}: no fault 'sik'; did you mean 'sick'?"),
        (f'"{OTHER}" = ["sick"]', f"{OTHER}: 'sick' should say that cors-configured breaks or depends on it"),
    ],
)
def test_a_test_that_no_fault_can_turn_red_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    """
    It is not there, the fault is not there, or the fault says nothing of the test's criterion.
    """
    suite = written(tmp_path, f'[breaks]\nsick = ["services-healthy"]\n[checks]\n{line}')
    with pytest.raises(ValueError, match=rf"^expectations.toml: checks: {re.escape(says)}"):
        expected_of(suite, monkeypatch)


def test_a_fault_brings_the_tests_that_it_turns_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    One that breaks no criterion by itself is tried for their sake.
    """
    text = f'[breaks]\nsick = []\n[depends]\nsick = ["*"]\n[checks]\n"{CHECK}" = ["sick"]\n"{OTHER}" = ["sick"]'
    (fault, _) = expected_of(written(tmp_path, text), monkeypatch)
    assert (fault.name, fault.breaks, fault.reddens) == ("sick", (), (CHECK, OTHER))
