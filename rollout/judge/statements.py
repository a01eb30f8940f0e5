"""
Statements of people about the judgement itself: accepted changes of the plan, cleared triggers, revocations.

A statement counts with a name and a reason, from a journal that is whole, until it is revoked. A refusal cannot be
revoked: it ends when the same role signs. A revocation counts from a journal that was cut short too, since it only
takes permissions away. A demo attestation, which no person made, counts in a rehearsal on the stand-in alone.
"""

from dataclasses import replace
from typing import TypeGuard

from rollout.evidence import Run
from rollout.evidence.records import Attestation, Clear, Override, PlanChange, Record, Revoke
from rollout.judge.said import PEOPLE, Reasoned, accepted_as_gone, reasoned, spoken
from rollout.judge.selection import Selection
from rollout.values import numbered

EVERY_OVERRIDE = "override"


def unrevoked(chosen: Selection) -> Selection:
    """The selection without revoked statements."""
    revokes = revoked_by(chosen)
    if not revokes:
        return chosen
    return replace(chosen, runs=tuple(without(run, revokes) for run in chosen.runs))


def revoked_by(chosen: Selection) -> list[tuple[Run, Revoke]]:
    """Every revocation with a name and a reason, with the run of its journal, oldest first."""
    people = [run for run in chosen.runs if run.producer == PEOPLE]
    return [(run, record) for run in people for record in run.of(Revoke) if reasoned(record)]


def without(run: Run, revokes: list[tuple[Run, Revoke]]) -> Run:
    """
    A run of people without the records that other runs revoke.

    A revocation that names a journal applies whatever the clocks of two machines show: its author has seen the
    journal. A revocation of every override applies to runs that began before it.
    """
    others = [(other, record.of) for other, record in revokes if other is not run]
    named = any(of in (run.run_id, run.path.stem) for _, of in others)
    overrides = any(of == EVERY_OVERRIDE and other.started.t >= run.started.t for other, of in others)
    if run.producer != PEOPLE or not (named or overrides):
        return run
    return replace(run, records=tuple(each for each in run.records if not revoked(each, named, overrides)))


def revoked(record: Record, named: bool, overrides: bool) -> bool:
    """Whether a record that permits something is revoked."""
    if isinstance(record, Override):
        return named or overrides
    return named and (isinstance(record, Clear | PlanChange) or (isinstance(record, Attestation) and record.accepted))


def in_earnest(chosen: Selection) -> Selection:
    """The selection with demo attestations in a rehearsal on the stand-in only, and there none that ends a refusal."""
    refused = refusals(chosen)
    rehearsed = chosen.rehearsal and chosen.window_s is not None
    return replace(chosen, runs=tuple(without_demos(run, refused if rehearsed else None) for run in chosen.runs))


def refusals(chosen: Selection) -> set[tuple[str, str]]:
    """The criterion and the role of each refusal."""
    said = [record for run in chosen.runs if run.producer == PEOPLE for record in run.of(Attestation)]
    return {about(record) for record in said if not record.accepted}


def without_demos(run: Run, of: set[tuple[str, str]] | None) -> Run:
    """A run without the demo attestations *of* these criteria and roles; without every one where that is None."""
    if run.producer != PEOPLE:
        return run
    kept = tuple(each for each in run.records if not (is_demo(each) and (of is None or about(each) in of)))
    return run if len(kept) == len(run.records) else replace(run, records=kept)


def is_demo(record: Record) -> TypeGuard[Attestation]:
    """Whether a record is consent of a demo, which no person gave."""
    return isinstance(record, Attestation) and record.demo and record.accepted


def about(record: Attestation) -> tuple[str, str]:
    """The criterion that an attestation is about, and the role that it is of."""
    return record.criterion, record.role


def demos(chosen: Selection) -> list[str]:
    """How many demo attestations count, for the decision line."""
    found = {about(each) for run in spoken(chosen.runs) for each in run.records if is_demo(each)}
    return [numbered(len(found), "demo attestation", "demo attestations")] if found else []


def clearing(chosen: Selection, criterion: str) -> Clear | None:
    """The newest clearing of the trigger of a *criterion*."""
    found = [record for run in spoken(chosen.runs) for record in run.of(Clear)]
    mine = [record for record in found if record.criterion == criterion and reasoned(record)]
    return max(reversed(mine), key=lambda record: record.t, default=None)


def plan_change(chosen: Selection, meaning: str) -> PlanChange | None:
    """The newest statement that the phase is judged by the rules of the hash *meaning*."""
    found = [record for run in spoken(chosen.runs) for record in run.of(PlanChange)]
    mine = [each for each in found if each.phase == chosen.phase and each.meaning == meaning and reasoned(each)]
    return mine[-1] if mine else None


def signature(record: Reasoned) -> str:
    """Name, role and reason of a statement, as one text."""
    return f"{record.by} ({record.role}): {record.statement}"


def revocations(chosen: Selection) -> list[str]:
    """What was revoked, for the decision line."""
    found = [record for _, record in revoked_by(chosen)]
    return [f"{'overrides' if each.of == EVERY_OVERRIDE else each.of} revoked by {signature(each)}" for each in found]


def missed_checks(chosen: Selection) -> list[str]:
    """Which checks people accepted as gone, for the decision line."""
    found = accepted_as_gone(chosen.runs, chosen.phase)
    return [f"{gone_checks(record)} gone, accepted by {signature(record)}" for _, record in found]


def gone_checks(record: PlanChange) -> str:
    """How many checks a person accepted as gone."""
    count = len({check for checks in record.checks.values() for check in checks})
    return f"{count} {'check' if count == 1 else 'checks'}"
