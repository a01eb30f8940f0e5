"""
Which evidence counts: filtered here, once for each decision, and nowhere else.

A run counts where its phase, its release and its environment are those asked for. A decision about one target leaves
out the runs on other targets of the same environment, good and bad ones. Statements of people are about a release and
not about a place: they count for every target. A criterion without an environment takes its evidence from any
environment, but all of it from one. The stand-in counts for every environment, but only where the release has no other
runs: then the decision is a rehearsal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.build_name import UNKNOWN, names_nothing
from rollout.evidence.ledger import in_order
from rollout.judge.integrity import ledger_problems
from rollout.judge.problem import Problem, ProblemKind
from rollout.judge.said import PEOPLE as PEOPLE
from rollout.judge.two_releases import each_of_one_release
from rollout.judge.watched_again import DecisionScope
from rollout.plan import Criterion, EvidenceSource, Plan
from rollout.values import STANDIN, numbered

SEVERAL = 2
AHEAD_S = 60.0  # clocks of two machines differ by less


@dataclass(frozen=True)
class Selection:
    """
    The runs that count for *phase* and *release*, oldest first, whatever their environment.

    *problems* are reasons to hold the decision, *notes* name evidence that does not count. *journals* are all files
    about the release, and those of unknown release. With *rehearsal* every run of the release is on the stand-in.
    *window_s* is the length of windows where the decision is asked for as a rehearsal. *alone* names the target that
    is decided about, where others of its environment are left out.
    """

    plan: Plan
    phase: str
    release: str
    runs: tuple[Run, ...] = ()
    journals: tuple[Run, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    rehearsal: bool = False
    window_s: float | None = None
    alone: str = ""

    def of(self, criterion: Criterion) -> tuple[Run, ...]:
        """The runs that count for *criterion*: those of its environment, and those of people."""
        wanted = self.plan.environment_of(self.phase, criterion)
        if wanted is None or self.rehearsal:
            return self.runs
        return tuple(run for run in self.runs if belongs(run, wanted))

    def newest(self, criterion: Criterion) -> Run | None:
        """The newest run of a target that counts for *criterion*."""
        return next((run for run in reversed(self.of(criterion)) if run.producer != PEOPLE), None)

    @property
    def asked(self) -> DecisionScope:
        """What the decision is about."""
        return DecisionScope(self.plan, self.plan.phase(self.phase), self.window_s)

    @property
    def targets(self) -> str:
        """The targets that were measured."""
        return joined(run.started.target for run in self.measured)

    @property
    def environments(self) -> str:
        """The environments of these targets."""
        return joined(run.started.environment for run in self.measured)

    @property
    def measured(self) -> list[Run]:
        """The runs that measured something; where there are none, those of people."""
        return [run for run in self.runs if run.producer != PEOPLE] or list(self.runs)


def select(
    plan: Plan,
    phase: str,
    ledger: Ledger,
    release: str,
    now: float,
    window_s: float | None = None,
    target: str | None = None,
) -> Selection:
    """
    What of *ledger* counts for *phase* of *plan* and *release* at *now* (seconds since the epoch).

    *window_s* is how long windows are in a rehearsal, *target* what is decided about where its environment has several.
    """
    ledger = replace(ledger, runs=each_of_one_release(ledger.runs))
    everything, problems = identified([run for run in ledger.runs if run.trusted and run.release == release], now)
    aside = of_others(everything, target)
    left = {run.path for run in aside}
    known = [run for run in everything if run.path not in left]
    real = [run for run in known if run.started.environment != STANDIN]
    of_phase = [run for run in real or known if run.started.phase == phase]
    wanted = environments(plan, phase)
    runs = of_phase if not real or None in wanted else [run for run in of_phase if belongs(run, *wanted)]
    files = tuple(run for run in ledger.runs if about(ledger, run)[1] in (release, None))
    mine = tuple(run for run in files if about(ledger, run)[0] in (phase, None) and run.path not in left)
    asked = DecisionScope(plan, plan.phase(phase), window_s)
    about_files = (*problems, *ledger_problems(ledger, mine, asked, release))
    return Selection(
        plan,
        phase,
        release,
        runs=in_order(with_problem(run, about_files) for run in runs),
        journals=files,
        problems=(*about_files, *unknown_release(release, known), *mixed(plan, phase, known, real, of_phase)),
        notes=tuple([*foreign(of_phase, runs, wanted), *of_other_targets(aside, phase, target)]),
        rehearsal=bool(known) and not real,
        window_s=window_s,
        alone=target if target and any(run.started.phase == phase for run in aside) else "",
    )


def of_others(runs: Iterable[Run], target: str | None) -> list[Run]:
    """
    The runs of other targets in the environments of *target*, or in all if it has no run; empty without a *target*.
    """
    if target in (None, STANDIN):
        return []
    measured = [run for run in runs if run.producer != PEOPLE]
    here = {run.started.environment for run in measured if run.started.target == target}
    return [run for run in measured if run.started.target != target and (not here or run.started.environment in here)]


def of_other_targets(aside: list[Run], phase: str, target: str | None) -> list[str]:
    """A note about the runs of the phase on other targets of the same environment, which do not count."""
    left = [run for run in aside if run.started.phase == phase]
    names = joined(run.started.target for run in left)
    return [f"{numbered(len(left), 'run', 'runs')} on {names} not counted: decided about {target}"] if left else []


def with_problem(run: Run, problems: Iterable[Problem]) -> Run:
    """A run; one of people as cut short if its file has a problem, so that it permits nothing."""
    odd = run.producer == PEOPLE and any(problem.text.startswith(f"{run.path.name}: ") for problem in problems)
    return replace(run, state=JournalState.TORN) if odd else run


def places(runs: tuple[Run, ...]) -> list[tuple[Run, ...]]:
    """The runs of each target, each with the runs of people; all runs together where there is one target."""
    found = dict.fromkeys(run.place for run in runs if run.producer != PEOPLE)
    if len(found) < SEVERAL:
        return [runs]
    return [tuple(run for run in runs if run.producer == PEOPLE or run.place == each) for each in found]


def about(ledger: Ledger, run: Run) -> tuple[str | None, str | None]:
    """The phase and release of a file; of one that cannot be trusted as a register noted them, else None for both."""
    if run.trusted and run.release is not None:
        return run.started.phase, run.release
    entry = ledger.entry(run.path.stem)
    return (entry.begun.phase, entry.begun.release) if entry else (None, None)


def belongs(run: Run, *environments: str | None) -> bool:
    """Whether a run was made in one of *environments*, or is one of people."""
    return run.producer == PEOPLE or run.started.environment in environments


def environments(plan: Plan, phase: str) -> set[str | None]:
    """Where the criteria of *phase* that are measured take their evidence from; None is anywhere."""
    measured = [item for item in plan.criteria_of(phase) if item.source is not EvidenceSource.ATTESTATION]
    return {plan.environment_of(phase, item) for item in measured} or {plan.phase(phase).environment}


def identified(runs: list[Run], now: float) -> tuple[list[Run], list[Problem]]:
    """
    The runs with their identity checked, and each problem.

    A copy is left out. A run with a wrong file name, with the run id of another one or dated after *now* counts as cut
    short: it can break a criterion and proves nothing.
    """
    found: dict[str, Run] = {}
    kept: list[Run] = []
    problems: list[Problem] = []
    for run in sorted(runs, key=lambda run: (not named(run), run.path.stem)):
        first = found.setdefault(run.run_id, run)
        odd = ""
        if first is not run and first.tail == run.tail:
            problems.append(Problem(f"{run.path.name}: is a copy of {first.path.name}"))
            continue
        if first is not run:
            odd = f"has the run id of {first.path.name}, and is another run"
        elif not named(run):
            odd = f"is named otherwise than its content: run {run.run_id[:8]} of {run.producer}"
        elif run.newest > now + AHEAD_S:
            odd = "is dated after now: look at the clocks"
        kept.append(replace(run, state=JournalState.TORN) if odd else run)
        problems += [Problem(f"{run.path.name}: {odd}")] if odd else []
    return kept, problems


def named(run: Run) -> bool:
    """Whether the file name fits the content; the time in the name decides nothing, so it is not compared."""
    return run.path.stem.endswith(f"-{run.producer}-{run.run_id[:8]}")


def unknown_release(release: str, runs: list[Run]) -> list[Problem]:
    """A problem where runs name no release, so that builds cannot be distinguished."""
    nameless = Problem("the release is not known: name it with --release", ProblemKind.NO_RELEASE)
    return [nameless] if names_nothing(release) and runs else []


def mixed(plan: Plan, phase: str, known: list[Run], real: list[Run], of_phase: list[Run]) -> list[Problem]:
    """A problem for evidence from several places where it must be from one."""
    problems = []
    if real and len(real) < len(known):
        both = "the release has runs on the stand-in and on real targets: those of the stand-in do not count"
        problems.append(Problem(both, ProblemKind.STAND_IN))
    measured = [run for run in of_phase if run.producer != PEOPLE]
    places = sorted({run.started.environment for run in measured})
    if None in environments(plan, phase) and len(places) > 1:
        anywhere = f"the evidence is from {' and '.join(places)}: the plan names no environment"
        problems.append(Problem(anywhere, ProblemKind.NO_ENVIRONMENT))
    for place in places:
        targets = sorted({run.started.target for run in measured if run.started.environment == place})
        if len(targets) > 1:
            several = f"the evidence about {place} is from several targets: {', '.join(targets)}"
            problems.append(Problem(several, ProblemKind.SEVERAL_TARGETS))
    return problems


def foreign(of_phase: list[Run], runs: list[Run], wanted: set[str | None]) -> list[str]:
    """A note about the runs of the phase in environments that its criteria do not use."""
    counted = {run.path for run in runs}
    left = [run for run in of_phase if run.path not in counted]
    places = sorted({run.started.environment for run in left})
    asked = " and ".join(sorted(name for name in wanted if name))
    return (
        [f"{numbered(len(left), 'run', 'runs')} on {' and '.join(places)} not counted: decided on {asked}"]
        if left
        else []
    )


def joined(names: Iterable[str]) -> str:
    """Different names in one phrase."""
    return " + ".join(sorted(set(names))) or UNKNOWN
