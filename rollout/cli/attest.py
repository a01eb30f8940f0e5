"""`rollout attest …`: record statements that only people can make, with their names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rollout.cli.attested import refuse_without_subject, said_about
from rollout.cli.attested_release import bound
from rollout.cli.demo import DEMO
from rollout.cli.options import PlanFile, Release, TargetName, place, rules_of
from rollout.cli.output import console
from rollout.cli.saying import Saying, refuse_misplaced
from rollout.embedded import running_state, target_at_hand
from rollout.evidence import Journal, Origin, records
from rollout.evidence.ledger import read_heads
from rollout.evidence.record_lines import refuse_unreadable
from rollout.judge.statements import EVERY_OVERRIDE
from rollout.origin import origin
from rollout.plan import Plan
from rollout.plan.meaning import meanings
from rollout.plan.parse import plan_hash
from rollout.project import current_project
from rollout.suite import suite_of
from rollout.target.release import names_nothing
from rollout.values import STANDIN

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
    refuse_without_subject(what, subject)
    phase = (what if subject is None else subject).partition(".")[0]
    rules.phase(phase)
    saying = Saying(by, role, statement, not refuse, answers, of, override, until)
    refuse_misplaced(what, subject, saying)
    said = said_about(rules, what, subject, saying)
    about = origin_of(rules, phase, target, release, new_release)
    refuse_demo(what, about)
    path = written([bound(each, rules, about) for each in said], about)
    console().print(f"written for release {about.release}: {path.name}", markup=False)
    return 0


def written(said: Sequence[records.Record], about: Origin) -> Path:
    """The new journal with the records *said*; ValueError, before it is opened, for a record that could not be read again."""
    for each in said:
        refuse_unreadable(each)  # an incomplete journal would turn the decision into HOLD
    with Journal(current_project().journals_of(about.target, about.phase), about) as journal:
        for each in said:
            journal.append(each)
    return journal.path


def refuse_demo(what: str, about: Origin) -> None:
    """Raise ValueError for a demo about a real target: no person attested anything there."""
    if what == DEMO and about.environment != STANDIN:
        raise ValueError(f"{DEMO} stands in for people on the stand-in only, and {about.target} is {about.environment}")


def origin_of(rules: Plan, phase: str, target: str | None, release: str | None, new_release: bool) -> Origin:
    """
    The origin of an attestation, with a release that the target reports or that has evidence in the project.

    No stand-in is started for it: the release then comes from its newest run in the project.
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
