"""What a suite expects of its faults is read in one place, and a mistake in it is one line."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from rollout.plan import load_plan
from rollout.prove.expectations import expectations_of
from rollout.prove.faults import catalogue
from rollout.suite import Suite, suite_of


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
    told = json.dumps([{"name": "sick", "sentence": "It is sick.", "kind": "switch"}])
    suite = written(tmp_path, text)
    monkeypatch.setattr("rollout.prove.faults.suite_of", lambda _: suite)
    monkeypatch.setattr("rollout.prove.faults.standin", lambda *_: SimpleNamespace(stdout=told))
    with pytest.raises(ValueError, match=rf"^expectations.toml: {place}: no criterion 'no-such'"):
        catalogue(load_plan())
