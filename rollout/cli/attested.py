"""Build the records of an attestation: a signature, an override, or a statement about the judgement itself."""

import time
from datetime import UTC, datetime

from rollout.clean_text import clean
from rollout.cli.demo import DEMO, demo_records
from rollout.cli.feedback import counted
from rollout.cli.saying import Saying
from rollout.evidence import records
from rollout.nearest import unknown
from rollout.plan import EvidenceSource, Plan
from rollout.plan.meaning import phase_meaning

DEEDS = {
    "plan-change": "the phase whose rules are accepted, PHASE",
    "clear": "the criterion whose trigger it ends, CRITERION",
    "revoke": "the phase in which a word is taken back, PHASE",
    DEMO: "the phase that is rehearsed on the stand-in, PHASE",
}


def refuse_without_subject(what: str, subject: str | None) -> None:
    """Raise ValueError for a deed (`clear`, `revoke` and the like) without its subject."""
    if subject is None and what in DEEDS:
        raise ValueError(f"{what} needs {DEEDS[what]}: rollout attest {what} {DEEDS[what].split()[-1]} --by NAME")


def said_about(rules: Plan, what: str, subject: str | None, saying: Saying) -> list[records.Record]:
    """The records of *saying* about *what*: a criterion or a phase, or a deed if there is a *subject*."""
    if subject is None:
        return [override_record(rules, what, saying) if saying.override else statement_record(rules, what, saying)]
    if what == DEMO:
        return [*demo_records(rules, subject, saying.name(), saying.statement)]
    return [word_record(rules, what, subject, saying)]


def word_record(rules: Plan, deed: str, subject: str, saying: Saying) -> records.Record:
    """A statement about the judgement itself; ValueError for an unknown deed or subject."""
    if deed not in DEEDS:
        raise ValueError(unknown("kind of attestation", deed, list(DEEDS)))
    by, role, why = saying.name(), saying.role, saying.reason()
    if deed == "clear":
        if rules.criterion(subject).trigger is None:
            raise ValueError(f"{subject} has no trigger, so there is nothing to clear")
        return records.Clear(criterion=subject, by=by, role=role, statement=why)
    rules.phase(subject)
    if deed == "revoke":
        return records.Revoke(of=saying.of, by=by, role=role, statement=why)
    return records.PlanChange(phase=subject, meaning=phase_meaning(rules, subject), by=by, role=role, statement=why)


def override_record(rules: Plan, name: str, saying: Saying) -> records.Override:
    """An override as evidence; ValueError without name, statement or end date."""
    phase, until = rules.phase(name).id, saying.until
    if not clean(saying.statement).strip() or until is None:
        raise ValueError("an override needs --statement WHY and --until DATE")
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        raise ValueError(
            f"--until {until!r} is no date; write for example 2030-01-31 or 2030-01-31T18:00+02:00"
        ) from None
    moment = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
    if moment > records.LAST_MOMENT:
        raise ValueError(f"--until {until}: no calendar goes so far; name an earlier date")
    if moment <= time.time():
        raise ValueError(f"--until {until}: the override would be over already; name a later date")
    return records.Override(phase=phase, by=saying.name(), why=saying.statement, until=moment)


def statement_record(rules: Plan, what: str, saying: Saying) -> records.Attestation:
    """A signature or imported answers as evidence; ValueError for a criterion that is not attested by people."""
    criterion = rules.criterion(what)
    if criterion.source is not EvidenceSource.ATTESTATION:
        raise ValueError(f"{what} is proven by {criterion.source.value}, not by anybody's word")
    if criterion.roles and saying.role not in criterion.roles:
        raise ValueError(unknown("role", saying.role, list(criterion.roles)))
    if saying.answers is not None and not saying.accepted:
        raise ValueError("--answers and --refuse exclude each other: answers are counted, a refusal is a word")
    counts = counted(criterion, saying.answers) if saying.accepted else {}
    statement = saying.statement if counts else saying.reason()
    return records.Attestation(
        criterion=what,
        by=saying.name(),
        role=saying.role,
        statement=statement,
        accepted=saying.accepted,
        answers=counts.get("answers"),
        satisfied=counts.get("satisfied"),
    )
