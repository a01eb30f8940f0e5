"""`rollout attest …`: what only people can say, with their name under it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from rollout.checks import checks_by_criterion
from rollout.clean_text import clean
from rollout.cli.demo import DEMO, demo_records
from rollout.cli.feedback import counted
from rollout.cli.options import PlanFile, Release, TargetName, place, rules_of
from rollout.cli.output import console
from rollout.embedded import running_state, target_at_hand
from rollout.evidence import Journal, Origin, Run, records
from rollout.evidence.ledger import read_heads
from rollout.evidence.record_lines import refuse_unreadable
from rollout.judge.expected_checks import checks_told, is_among
from rollout.judge.person import forms, hidden, mixed_word, unusual
from rollout.judge.statements import EVERY_OVERRIDE, revoked
from rollout.nearest import unknown
from rollout.origin import origin
from rollout.plan import EvidenceSource, Plan
from rollout.plan.meaning import meanings, phase_meaning
from rollout.plan.parse import plan_hash
from rollout.project import current_project
from rollout.replay import release_ledger
from rollout.suite import suite_of
from rollout.target.release import names_nothing
from rollout.values import STANDIN

DEEDS = {
    "plan-change": "the phase whose rules are accepted, PHASE",
    "clear": "the criterion whose trigger it ends, CRITERION",
    "revoke": "the phase in which a word is taken back, PHASE",
    DEMO: "the phase that is rehearsed on the stand-in, PHASE",
}

What = Annotated[
    str,
    typer.Argument(
        metavar="CRITERION|plan-change|clear|revoke|demo",
        help="its full id, PHASE.CRITERION; a phase with --override; or what to do with the SUBJECT that follows",
    ),
]
Subject = Annotated[
    str | None, typer.Argument(help="phase of a plan-change, a revoke or a demo, criterion whose trigger to clear")
]
Of = Annotated[str, typer.Option("--of", metavar="RUN", help="whose word is revoked: a run, or every override so far")]
By = Annotated[str, typer.Option("--by", help="who says so")]
Role = Annotated[str, typer.Option("--role", help="in which role")]
Statement = Annotated[str, typer.Option("--statement", help="what is said, with a link to the proof")]
Refuse = Annotated[bool, typer.Option("--refuse", help="say no instead of yes")]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", metavar="CSV", parser=place, help="feedback forms, one row a person, answers 1-5"),
]
Override = Annotated[
    bool, typer.Option("--override", help="go on in spite of HOLD or NO-GO; shown in the decision, exit 40")
]
NewRelease = Annotated[bool, typer.Option("--new-release", help="the release has no evidence in this project yet")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="when the override runs out, ISO 8601")]


def attest(
    what: What,
    by: By,
    subject: Subject = None,
    of: Of = EVERY_OVERRIDE,
    role: Role = "release engineer",
    statement: Statement = "",
    refuse: Refuse = False,
    answers: Answers = None,
    override: Override = False,
    until: Until = None,
    target: TargetName = None,
    release: Release = None,
    new_release: NewRelease = False,
    plan: PlanFile = None,
) -> int:
    """
    Write down a signature, the answers of a feedback form, an override, or a word about the judgement itself:

    plan-change PHASE accepts changed rules, clear CRITERION ends a trigger, revoke PHASE takes a word back.
    demo PHASE stands in for everybody in a rehearsal: it is for the stand-in, and counts nowhere else.
    """
    rules = rules_of(plan)
    if subject is None and what in DEEDS:
        raise ValueError(f"{what} needs {DEEDS[what]}: rollout attest {what} {DEEDS[what].split()[-1]} --by NAME")
    name = what if subject is None else subject
    phase = name.partition(".")[0]
    rules.phase(phase)
    saying = Saying(by, role, statement, not refuse, answers)
    refuse_idle(override, until, what, of)
    if override or subject is not None:
        refuse_unread(saying, "an override" if subject is None else what)
    if override and subject is not None:
        way_out = f"rollout attest {phase} --override --until DATE --by NAME"
        raise ValueError(f"--override is about a phase and {what} is not; write: {way_out}")
    said: list[records.Record] = []
    if what == DEMO and subject is not None:
        said = [*demo_records(rules, subject, saying.name(), saying.statement)]
    elif subject is not None:
        said = [word_record(rules, what, subject, saying, of)]
    elif override:
        said = [override_record(rules.phase(what).id, saying, until)]
    else:
        said = [statement_record(rules, what, saying)]
    about = origin_of(rules, phase, target, release, new_release)
    refuse_demo(what, about)
    said = [bound(each, rules, about) for each in said]
    for each in said:
        refuse_unreadable(each)  # a journal that is cut short holds the decision
    with Journal(current_project().journals_of(about.target, phase), about) as journal:
        for each in said:
            journal.append(each)
    console().print(f"written for release {about.release}: {journal.path.name}", markup=False)
    return 0


def bound(record: records.Record, rules: Plan, about: Origin) -> records.Record:
    """A record with what the ledger of the release says of its subject."""
    if isinstance(record, records.PlanChange):
        return replace(record, checks=gone(rules, about.phase, about.release))
    if isinstance(record, records.Revoke):
        return replace(record, of=revocable(record.of, about.phase, about.release))
    return record


def refuse_demo(what: str, about: Origin) -> None:
    """Raise ValueError for a demo about a real target: nobody attested anything of it."""
    if what == DEMO and about.environment != STANDIN:
        raise ValueError(f"{DEMO} stands in for people on the stand-in only, and {about.target} is {about.environment}")


@dataclass(frozen=True)
class Saying:
    """Who says what, in which role; *accepted* is no for a refusal, *answers* a file of feedback forms."""

    by: str
    role: str
    statement: str
    accepted: bool = True
    answers: Path | None = None

    def reason(self) -> str:
        """The statement; ValueError where there is none, or no name."""
        self.name()
        if not clean(self.statement).strip():
            raise ValueError("an attestation without a reason does not count: --statement TEXT")
        return self.statement

    def name(self) -> str:
        """The name; ValueError where there is none, or one that looks like another."""
        if not forms(self.by):
            raise ValueError("an attestation needs a name: --by NAME")
        if hidden(self.by):
            raise ValueError(f"--by {self.by!r} holds characters that nobody sees; type the name anew")
        if word := mixed_word(self.by):
            raise ValueError(f"--by: {word!r} mixes letters of several scripts; write the name in one of them")
        if letter := unusual(self.by):
            raise ValueError(f"--by: {letter!r} is no usual letter of any script; write the name with usual ones")
        return self.by


def refuse_idle(override: bool, until: str | None, what: str, of: str) -> None:
    """Raise ValueError for an option that would change nothing."""
    if until is not None and not override:
        raise ValueError("--until says when an override runs out; it needs --override")
    if of != EVERY_OVERRIDE and what != "revoke":
        raise ValueError(f"--of says whose word is taken back; write: rollout attest revoke PHASE --of {of} --by NAME")


def refuse_unread(saying: Saying, deed: str) -> None:
    """Raise ValueError for a no, or for answers, where the *deed* lets something through whatever they say."""
    if not saying.accepted:
        raise ValueError(f"--refuse refuses a criterion; {deed} is no question: who does not want it writes nothing")
    if saying.answers is not None:
        raise ValueError(f"--answers are counted for a criterion; {deed} has none: leave them out")


def origin_of(rules: Plan, phase: str, target: str | None, release: str | None, new_release: bool) -> Origin:
    """
    Whom and what an attestation is about: a release that the target says or that evidence is there of.

    No stand-in is started for it: its newest run in the project says which release that was.
    """
    suite = suite_of(rules)
    heads = [run.started for run in read_heads(current_project().all_journals())]
    if release and not new_release and release not in [head.release for head in heads]:
        raise ValueError(f"no evidence of release {release!r} in this project; misspelt? If it is new: --new-release")
    if target in (None, STANDIN) and (suite.embedded is None or running_state(suite) is None):
        mine = [head for head in heads if head.target == STANDIN and release in (None, head.release)]
        if not mine:
            raise ValueError(
                "no run on the stand-in to attest anything of; run a gate first, or name it: --target NAME"
            )
        newest = max(mine, key=lambda head: head.t)
        facts = {"target": STANDIN, "environment": newest.environment, "release": newest.release}
        return Origin(producer="attest", phase=phase, plan=plan_hash(rules), meanings=meanings(rules, phase), **facts)
    with target_at_hand(suite, target, with_faults=True) as system:
        seen = release or suite.observed_release(system)
        if names_nothing(seen):
            raise ValueError(f"{system.url()} does not say its release; an attestation needs one: --release ID")
        return origin(rules, phase, system, seen, "attest")


def word_record(rules: Plan, deed: str, subject: str, saying: Saying, of: str) -> records.Record:
    """A word about the judgement itself; ValueError for a deed or a subject that there is not."""
    if deed not in DEEDS:
        raise ValueError(unknown("kind of attestation", deed, list(DEEDS)))
    by, role, why = saying.name(), saying.role, saying.reason()
    if deed == "clear":
        if rules.criterion(subject).trigger is None:
            raise ValueError(f"{subject} has no trigger, so there is nothing to clear")
        return records.Clear(criterion=subject, by=by, role=role, statement=why)
    rules.phase(subject)
    if deed == "revoke":
        return records.Revoke(of=of, by=by, role=role, statement=why)
    return records.PlanChange(phase=subject, meaning=phase_meaning(rules, subject), by=by, role=role, statement=why)


def revocable(of: str, phase: str, release: str) -> str:
    """The journal that *of* names; ValueError unless people let something through in it, about *phase* and *release*."""
    named = of.removesuffix(".jsonl")
    if named == EVERY_OVERRIDE:
        return named
    runs = [run for run in release_ledger(release).complete("attest") if run.started.phase == phase]
    said = {run.path.stem: run for run in runs if any(revoked(each, True, False) for each in run.records)}
    if named not in said and named not in [run.run_id for run in said.values()]:
        raise ValueError(f"--of: {unknown(f'word that can be taken back in {phase}', of, said)}")
    return named


def gone(rules: Plan, phase: str, release: str) -> dict[str, tuple[str, ...]]:
    """The checks of *phase* that runs of *release* know and that are not there now, by criterion."""
    mine = [run for run in release_ledger(release).runs if run.trusted and run.release == release]
    runs = [run for run in mine if run.producer == "pytest" and run.started.phase == phase]
    source = checks_by_criterion(rules)
    lost: dict[str, tuple[str, ...]] = {}
    for name in (name for name in rules.criterion_ids() if name.startswith(f"{phase}.")):
        now = [*source.get(name, ()), *(unseen_by_a_scan(runs[-1], name) if runs else ())]
        told = dict.fromkeys(node for run in runs for node in checks_told(run, name))
        if missing := tuple(node for node in told if not is_among(node, now)):
            lost[name] = missing
    return lost


def unseen_by_a_scan(run: Run, criterion: str) -> list[str]:
    """The checks that a run collected or ran and that its scan of the source did not see: the next run tells whether they are gone."""
    seen = run.started.checks.get(criterion, ())
    return [node for node in checks_told(run, criterion) if not is_among(node, seen)]


def override_record(phase: str, saying: Saying, until: str | None) -> records.Override:
    """An override as evidence; ValueError unless it says who, why and until when."""
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
    """A signature or imported answers as evidence; ValueError for a criterion that nobody can attest."""
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
