"""`rollout attest CRITERION`: what only people can say, with their name under it."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rollout.cli.options import PlanFile, Release, TargetName, console
from rollout.embedded import target_at_hand
from rollout.evidence import Journal, records
from rollout.metrics import Kind
from rollout.nearest import unknown
from rollout.origin import origin
from rollout.plan import Criterion, Plan, Source, load_plan
from rollout.project import current_project
from rollout.suite import suite_of
from rollout.target.release import UNKNOWN

SATISFIED = 4  # of the five steps of the feedback form, 4 and 5 say satisfied

What = Annotated[str, typer.Argument(metavar="CRITERION", help="such as phase2.uat-signed; a phase with --override")]
By = Annotated[str, typer.Option("--by", help="who says so")]
Role = Annotated[str, typer.Option("--role", help="in which role")]
Statement = Annotated[str, typer.Option("--statement", help="what is said, with a link to the proof")]
Refuse = Annotated[bool, typer.Option("--refuse", help="say no instead of yes")]
Answers = Annotated[
    Path | None, typer.Option("--answers", metavar="CSV", help="feedback forms, one row a person, answers 1-5")
]
Override = Annotated[
    bool, typer.Option("--override", help="go on in spite of HOLD or NO-GO; shown in the decision, exit 40")
]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="when the override runs out, ISO 8601")]


def attest(
    what: What,
    by: By,
    role: Role = "release engineer",
    statement: Statement = "",
    refuse: Refuse = False,
    answers: Answers = None,
    override: Override = False,
    until: Until = None,
    target: TargetName = None,
    release: Release = None,
    plan: PlanFile = None,
) -> int:
    """
    Write down a signature, the answers of a feedback form, or an override.
    """
    rules = load_plan(plan)
    suite = suite_of(rules)
    phase = what.partition(".")[0]
    rules.phase(phase)
    record = (
        override_record(what, by, statement, until)
        if override
        else statement_record(rules, what, by, role, statement, not refuse, answers)
    )
    with target_at_hand(suite, target) as system:
        seen = release or suite.observed_release(system)
        if seen == UNKNOWN:
            raise ValueError(f"{system.url()} does not say its release; an attestation needs one: --release ID")
        folder = current_project().journals_of(system.name, phase)
        with Journal(folder, origin(rules, phase, system, seen, "attest")) as journal:
            journal.append(record)
    console().print(f"written for release {seen}: {journal.path.name}", markup=False)
    return 0


def override_record(phase: str, by: str, why: str, until: str | None) -> records.Override:
    """An override as evidence; ValueError unless it says why and until when."""
    if not why or until is None:
        raise ValueError("an override needs --statement WHY and --until DATE")
    end = datetime.fromisoformat(until)
    moment = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
    return records.Override(phase=phase, by=by, why=why, until=moment)


def statement_record(
    rules: Plan, what: str, by: str, role: str, statement: str, accepted: bool, answers: Path | None
) -> records.Attestation:
    """A signature or imported answers as evidence; ValueError for a criterion that nobody can attest."""
    criterion = rules.criterion(what)
    if criterion.source is not Source.ATTESTATION:
        raise ValueError(f"{what} is proven by {criterion.source.value}, not by anybody's word")
    if criterion.roles and role not in criterion.roles and answers is None:
        raise ValueError(unknown("role", role, list(criterion.roles)))
    counts = counted(criterion, answers)
    return records.Attestation(criterion=what, by=by, role=role, statement=statement, accepted=accepted, **counts)


def counted(criterion: Criterion, answers: Path | None) -> dict[str, int]:
    """How many people answered and how many are satisfied; nothing for a plain signature."""
    if criterion.metric is None or criterion.measured.kind is not Kind.SATISFACTION:
        return {}
    if answers is None:
        raise ValueError(f"{criterion.id} counts answers; give the feedback forms: --answers FILE.csv")
    means = [mean(row, number) for number, row in enumerate(rows(answers), start=2)]
    return {"answers": len(means), "satisfied": sum(value >= SATISFIED for value in means)}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a feedback file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mean(row: dict[str, str], line: int) -> float:
    """The mean of a person's answers, 1 to 5; ValueError names the line that is no form."""
    marks = [value for key, value in row.items() if key and key.startswith("q")]
    if not marks or any(mark not in {"1", "2", "3", "4", "5"} for mark in marks):
        raise ValueError(f"line {line}: answers must be 1 to 5 in columns q1, q2, …; got {marks!r}")
    return sum(map(int, marks)) / len(marks)
