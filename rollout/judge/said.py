"""What counts as said by a person: a name and a reason that can be read, in a journal that is whole."""

from collections.abc import Iterable

from rollout.clean_text import clean
from rollout.evidence import JournalState, Run
from rollout.evidence.records import Attestation, Clear, PlanChange, Revoke
from rollout.judge.person import forms, unusual

PEOPLE = "attest"  # the producer of statements
DRILLS = "drill"  # the producer of exercises
Reasoned = Attestation | Clear | PlanChange | Revoke


def spoken(runs: Iterable[Run]) -> list[Run]:
    """The whole journals of people, oldest first."""
    return [run for run in runs if run.producer == PEOPLE and run.state is JournalState.COMPLETE]


def reasoned(record: Reasoned) -> bool:
    """Whether a statement has a name and a reason."""
    return is_said(record.by, record.statement)


def is_said(name: str, why: str) -> bool:
    """Whether name and reason are readable; a name with unusual letters is not, since it may imitate another."""
    return bool(forms(name) and not unusual(name) and clean(why).strip())


def accepted_as_gone(runs: Iterable[Run], phase: str) -> list[tuple[Run, PlanChange]]:
    """Each statement that checks of *phase* need not pass any more, with the run of its journal."""
    said = [(run, record) for run in spoken(runs) for record in run.of(PlanChange)]
    return [(run, record) for run, record in said if record.phase == phase and record.checks and reasoned(record)]
