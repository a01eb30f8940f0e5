"""What the code that decides declares: values that nobody changes, and numbers that are those of the rules."""

import importlib
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel

import rollout
from rollout.judge.share_budget import ShareBudget

PACKAGES = ("judge", "evidence", "statistics", "plan")
COUNTERS = {
    "BudgetSecond",
    "GeneratorSoFar",
    "Prospect",
    "Chunk",
    "LoadReadings",
    "Row",
}  # these grow while something goes on
NUMBERS = {  # defaults that are more than that
    "Certainty.alpha": 0.05,
    "LoadFacts.expected_workers": 1,
    "LoadFacts.pace": ((0.0, 1.0),),
    "Prospect.profile": (0.0, ((0.0, 1.0),)),
    "Decision.schema_version": 1,
    "Criterion.least": 1,
    "LoadProfile.spike": 2,
    "LoadProfile.least_requests": 1000,
    "LoadProfile.beside": 120,
}
RULES: list[tuple[str, str, object]] = [
    ("judge.coverage", "LOST", ShareBudget(Fraction(1, 100), strict=False)),
    ("judge.degradation", "FAILED", ShareBudget(Fraction(5, 100), strict=False)),
    ("judge.sampling", "MISSED", ShareBudget(Fraction(5, 100), strict=False)),
    ("judge.coverage", "LONGEST_GAP_SHARE", pytest.approx(0.25 / 48, rel=1e-9)),
    ("judge.coverage", "LONGEST_GAP_S", 15 * 60.0),
    ("judge.coverage", "CALM_SHARE", pytest.approx(2 / 24, rel=1e-9)),
    ("judge.digits", "MOST_DIGITS", 17),
    ("judge.exposure", "LEAST_PROBABLE", 0.001),
    ("judge.integrity", "CLOCK_S", 60.0),
    ("judge.latency_spread", "LONGEST_TEXT", 200_000),
    ("judge.load_asked", "LEAST_PERCENT", 95),
    ("judge.load_asked", "LEAST_PERCENT_OF_BEFORE", 50),
    ("judge.load_asked", "SAME_RATE", 0.01),
    ("judge.load_canary", "SHOWN", 5),
    ("judge.load_evidence", "SETTLED_S", 12),
    ("judge.load_validity", "ACHIEVED_PERCENT", 95),
    ("judge.load_validity", "LATE_PERCENT", 1),
    ("judge.load_validity", "CPU_PERCENT", 85),
    ("judge.metric", "SUSTAINED_S", 60.0),
    ("judge.probed_time", "HALVES", 2000),
    ("judge.prospect", "SETTLED_S", 12),
    ("judge.prospect", "LASTING_S", 30),
    ("judge.sampling", "ERRORS_IN_A_ROW", 4),
    ("judge.selection", "SEVERAL", 2),
    ("judge.selection", "AHEAD_S", 60.0),
    ("judge.share_budget", "FLOAT_DIGITS", 12),
    ("judge.slots", "LATE_S", 1.0),
    ("judge.starved", "STARVED_PERCENT", 50),
    ("judge.tests", "REASON_CHARACTERS", 600),
    ("judge.time_slices", "ROUNDING", 0.001),
    ("judge.users_slices", "HOUR_S", 3600.0),
    ("judge.watched_time", "LONGEST_S", 900.0),
    ("judge.watched_time", "ROUNDING_S", 0.002),
    ("judge.verdict", "EXIT_OVERRIDE", 40),
    ("judge.verdict", "EXIT_CONFIGURATION", 64),
    ("judge.verdict", "EXIT_INTERNAL", 70),
    ("evidence.load_columns", "LONGEST_S", 3_456_000),
    ("evidence.records", "MOST", 10**12),
    ("evidence.records", "LAST_MOMENT", 253_402_300_799),
    ("evidence.row", "LATE_S", 0.05),
    ("statistics.binomial", "ALPHA", 0.05),
    ("statistics.e_values", "ALPHA", 0.05),
    ("statistics.e_values", "BETS", 64),
    ("statistics.burn_rate", "HOUR_S", 3600.0),
    ("statistics.paired_quantile", "QUANTILE", 0.95),
    ("statistics.paired_quantile", "LEARNT", 20),
    ("statistics.slices", "LEAST_SLICE_S", 15),
    ("statistics.trigger", "LOOK_S", 10),
    ("statistics.trigger", "WINDOW_S", 60),
    ("statistics.trigger", "LASTING_LOOKS", 3),
    ("statistics.trigger", "LEAST_REQUESTS", 10),
    ("plan.load_shape", "SPIKE_BEGINS", 0.45),
    ("plan.load_shape", "SPIKE_ENDS", 0.55),
    ("plan.load_shape", "STEADY", ((0.0, 1.0),)),
    ("plan.meaning", "CHARACTERS", 16),
    ("plan.measured", "LONGEST_INTERVAL_S", 900.0),
    ("plan.proving", "SEEN_SHARE", 0.95),
    ("plan.proving", "FEW_LOOKS", 10),
    ("plan.proving", "USUAL_S", 60.0),
]


def modules() -> Iterator[ModuleType]:
    """Every module of the code that decides."""
    root = Path(rollout.__file__).parent
    for package in PACKAGES:
        for file in sorted((root / package).rglob("[!_]*.py")):
            name = file.relative_to(root).with_suffix("").as_posix().replace("/", ".")
            yield importlib.import_module(f"rollout.{name}")


def classes() -> list[type]:
    """The classes that they define."""
    found = ((module, each) for module in modules() for each in vars(module).values())
    return [each for module, each in found if isinstance(each, type) and each.__module__ == module.__name__]


def defaults(of: Any) -> dict[str, object]:
    """The defaults of the fields of a class, in any of the three ways to declare one."""
    if is_dataclass(of):
        return {field.name: field.default for field in fields(of) if field.default is not MISSING}
    if issubclass(of, BaseModel):
        return {name: field.default for name, field in of.model_fields.items()}
    if issubclass(of, msgspec.Struct):
        return {field.name: field.default for field in msgspec.structs.fields(of)}
    return {}


def test_nothing_that_decides_can_be_changed_once_made() -> None:
    """
    A plan, a record, a finding or a decision is the same for everybody who was handed it.
    """
    made = [each for each in classes() if each.__name__ not in COUNTERS]
    for each in made:
        if is_dataclass(each):
            assert each.__dataclass_params__.frozen, each  # type: ignore[attr-defined]
        elif issubclass(each, msgspec.Struct):
            assert each.__struct_config__.frozen, each
        elif issubclass(each, BaseModel):
            assert (each.model_config["frozen"], each.model_config["extra"]) == (True, "forbid"), each


def test_a_default_stands_in_no_journal() -> None:
    """
    A field that a journal of before does not have is written only where it says more.
    """
    records = importlib.import_module("rollout.evidence.records")
    for kind in records.KINDS.values():
        assert kind.__struct_config__.omit_defaults, kind


def test_the_facts_within_a_record_are_given_by_name() -> None:
    """
    They have many of one type: by their order they would be mixed up.
    """
    for each in classes():
        if issubclass(each, msgspec.Struct) and each.__name__ != "Envelope" and not each.__struct_config__.tag:
            with pytest.raises(TypeError, match="Extra positional arguments"):
                each(*[None] * len(each.__struct_fields__))


def nothing(value: object) -> bool:
    """Whether a default is no number, zero, no, or several of them."""
    if isinstance(value, tuple):
        return all(map(nothing, value))
    return not isinstance(value, int | float) or value == 0


def test_a_number_that_nobody_told_is_zero() -> None:
    """
    And what nobody said is no; every other default is a rule of its own.
    """
    found = {f"{each.__name__}.{name}": value for each in classes() for name, value in defaults(each).items()}
    assert {name: value for name, value in found.items() if not nothing(value)} == NUMBERS


@pytest.mark.parametrize(("module", "name", "number"), RULES, ids=[f"{module}.{name}" for module, name, _ in RULES])
def test_the_numbers_of_the_rules_are_those_that_were_promised(module: str, name: str, number: object) -> None:
    """
    Whoever changes one changes verdicts that people rely on: here, and in the pages that tell it.
    """
    assert getattr(importlib.import_module(f"rollout.{module}"), name) == number


@pytest.mark.parametrize(
    ("alias", "inside", "outside"),
    [
        ("Count", [0, 10**12], [-1, 10**12 + 1]),
        ("Amount", [0.0, 1e12], [-1e-9, 1e12 + 1]),
        ("Counted", [-1e12, 1e12], [-1e12 - 1, 1e12 + 1]),
        ("Positive", [1e-9, 1e12], [0.0, 1e12 + 1]),
        ("Moment", [0.0, 253_402_300_799.0], [-1e-9, 253_402_300_800.0]),
        ("Interval", [0.001, 86_400.0], [0.0009, 86_400.1]),
        ("Answers", [0, 1_000_000], [-1, 1_000_001]),
    ],
)
def test_a_number_of_a_record_lies_within_its_bounds(alias: str, inside: list[float], outside: list[float]) -> None:
    """
    Both ends are permitted, and nothing beyond them.
    """
    kind = getattr(importlib.import_module("rollout.evidence.records"), alias)
    for number in inside:
        assert msgspec.convert(number, kind) == number
    for number in outside:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(number, kind)
