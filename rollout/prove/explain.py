"""Explain how a criterion is judged: its rule, a good and a bad example of it, and the faults that turn it red."""

import inspect
from collections.abc import Iterator

from rollout.judge.decide import judge_of
from rollout.nearest import unknown
from rollout.plan import Criterion, Plan
from rollout.prove.binding import faults_of
from rollout.prove.examples import Example, load_rule, rule_of
from rollout.prove.proof import Cell, FaultRow, Proof, beyond_an_experiment, checkable
from rollout.suite import suite_of


def explained(plan: Plan, name: str, proof: Proof | None) -> Iterator[str]:
    """The explanation of the criterion *name*, with its phase or without, line by line; ValueError if there is none."""
    criterion = named(plan, name)
    yield f"{criterion.id}: {criterion.states}"
    yield from (f"  plan: {quote!r}" for quote in criterion.quotes)
    yield from (f"  {key}: {limit}" for key in ("limit", "trigger") if (limit := getattr(criterion, key)))
    yield from by_rule(criterion)
    yield from by_fault(plan, criterion, proof)


def named(plan: Plan, name: str) -> Criterion:
    """The criterion of a full id, or of one without its phase."""
    if "." in name:
        return plan.criterion(name)
    found = [criterion for criterion in plan.criteria if criterion.id == name]
    if not found:
        raise ValueError(unknown("criterion", name, [criterion.id for criterion in plan.criteria]))
    return found[0]


def by_rule(criterion: Criterion) -> Iterator[str]:
    """The rule with its examples."""
    judge = judge_of(criterion)
    rule = load_rule(rule_of(criterion))
    yield f"rule {rule.name} ({judge.__module__}.{judge.__name__}): {(inspect.getdoc(judge) or '').splitlines()[0]}"
    yield from by_example("good", rule.good)
    for each in rule.bad:
        yield from by_example("bad", each)


def by_example(word: str, example: Example) -> Iterator[str]:
    """The journal of an example and the judge's verdict on it."""
    yield f"  {word}: {example.verdict.name}, {example.reason}"
    yield from (f"    {line}" for line in example.lines)


def by_fault(plan: Plan, criterion: Criterion, proof: Proof | None) -> Iterator[str]:
    """The faults of the embedded target that are expected to turn the criterion red, and what was seen in the proof."""
    if why := beyond_an_experiment(plan).get(criterion.id):
        yield f"faults: none, since {why}"
        return
    if criterion.id not in [each.id for each in checkable(plan)]:
        yield "faults: none, since people bring this evidence"
        return
    seen = {row.fault: (row.sentence, cell) for row, cell in cells(proof, criterion.id)}
    faults = dict.fromkeys([*faults_of(suite_of(plan), criterion.id), *seen])
    yield f"faults that turn it red: {len(faults)}"
    for fault in faults:
        sentence, cell = seen.get(fault, ("", None))
        yield f"  {fault}: {sentence} Seen {cell.seen}: {cell.reason}" if cell else f"  {fault}: not tried yet"


def cells(proof: Proof | None, criterion: str) -> Iterator[tuple[FaultRow, Cell]]:
    """The cells of a criterion under the faults that break it, with their rows."""
    for row in proof.rows if proof else ():
        yield from ((row, cell) for cell in row.cells if cell.criterion == criterion and cell.role == "breaks")
