"""Find torn, forged, missing and replaced journals of the ledger; each of them prevents a GO."""

from collections.abc import Iterator

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.journal import WHOSE
from rollout.evidence.records import Slot, StageFinished
from rollout.evidence.register import Line
from rollout.judge.problem import Problem, ProblemKind, problem_of
from rollout.judge.watched_again import DecisionScope
from rollout.judge.whole_attempts import attempted_again

CLOCK_S = 60.0  # tolerated difference of the clock while a run begins
OPEN = "open"  # in place of the hash of a journal that had no end when it was listed
UNENDED = (JournalState.TORN, JournalState.OPEN)


def ledger_problems(everything: Ledger, mine: tuple[Run, ...], asked: DecisionScope, release: str) -> list[Problem]:
    """Each reason to distrust the runs *mine* of a ledger; empty if they are whole."""
    unended = [run for run in mine if run.state in UNENDED and not superseded(run, mine, asked, everything)]
    lost = [
        *unregistered(everything, asked.phase.id, release),
        *otherwise_registered(everything, mine, asked.phase.id, release),
        *told_before(mine),
        *told_again(mine),
        *lost_lines(everything, mine),
        *not_registered(everything, mine),
        *missing_journals(everything, mine),
        *replaced_journals(everything, mine),
    ]
    return [
        *(Problem(each.complaint) for each in everything.registers if each.complaint),
        *map(problem_of, (run for run in mine if not run.trusted)),
        *map(problem_of, unended),
        *map(Problem, lost),
        *(Problem(text, ProblemKind.CLOCK) for text in set_back(everything, mine, asked)),
    ]


def superseded(torn: Run, runs: tuple[Run, ...], asked: DecisionScope, everything: Ledger) -> bool:
    """Whether later whole attempts make up for a run without its end, in the place where it was made."""
    if torn.release is not None:
        return attempted_again(runs, torn.producer, torn.place, torn.newest, asked, instead=torn)
    entry = everything.entry(torn.path.stem)
    if entry is None:
        return False  # its time is unknown: a file name proves nothing
    begun = entry.begun
    return attempted_again(runs, begun.producer, (begun.environment, begun.target), begun.t, asked)


def unregistered(everything: Ledger, phase: str, release: str) -> list[str]:
    """Journals about *phase* and *release* that a register lists and that are missing, or changed since they ended."""
    tails = {run.path.stem: run.tail for run in everything.runs}
    lines = []
    for entry in (entry for register in everything.registers for entry in register.entries.values()):
        stem = entry.begun.stem
        if (entry.begun.phase, entry.begun.release) != (phase, release):
            continue
        if stem not in tails:
            lines.append(f"{stem}.jsonl: is missing: {entry.register} knows it")
        elif entry.tail not in ("", tails[stem]):
            lines.append(f"{stem}.jsonl: was replaced or shortened since it ended")
    return lines


def set_back(everything: Ledger, mine: tuple[Run, ...], asked: DecisionScope) -> list[str]:
    """
    Runs later than others by their register but earlier by the clock: their failures would seem older.

    A later attempt of the same kind in the same place, past all those moments, makes up for such a run.
    """
    runs = {run.path.stem: run for run in mine if run.release is not None}
    lines = []
    for register in everything.registers:
        latest = 0.0
        for begun in (entry.begun for entry in register.entries.values() if entry.begun.stem in runs):
            run, behind = runs[begun.stem], latest - begun.t
            if behind > CLOCK_S and not attempted_again(mine, run.producer, run.place, latest, asked, instead=run):
                lines.append(f"{run.path.name}: the clock was set back by {behind:.0f} s before it began")
            latest = max(latest, begun.t)
    return lines


def told_before(mine: tuple[Run, ...]) -> list[str]:
    """Monitor runs with samples due before the run began."""
    first = [(run, min((slot.due for slot in run.of(Slot)), default=run.started.t)) for run in mine if run.trusted]
    return [
        f"{run.path.name}: tells of samples from {run.started.t - due:.0f} s before it began"
        for run, due in first
        if due < run.started.t - CLOCK_S
    ]


def told_again(mine: tuple[Run, ...]) -> list[str]:
    """Runs whose journals tell a record twice; it counts once."""
    return [f"{run.path.name}: tells records twice, which no run does: {run.again}" for run in mine if run.again]


def lost_lines(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """Runs whose register is missing, or has lost lines that it held when they began; that of an open one may be to come."""
    there = {register.name: register.hashes for register in everything.registers}
    lines = []
    for run in (run for run in mine if run.state is not JournalState.OPEN):
        name, _, digest = (run.started.register or "").partition(":")
        if name and name not in there:
            lines.append(f"{run.path.name}: {name}.log is missing: it has to lie beside its journals")
        elif name and digest not in there[name]:
            lines.append(f"{run.path.name}: {name}.log lost lines that were there when this run began")
    return lines


def otherwise_registered(everything: Ledger, mine: tuple[Run, ...], phase: str, release: str) -> list[str]:
    """
    Runs whose first record differs from what a register noted at their beginning: they were sealed anew in place.

    Looked at are *mine* and those that a register knows as about *phase* and *release*, whatever they tell of themselves.
    """
    here = {run.path for run in mine}
    lines = []
    for run in (run for run in everything.runs if run.trusted and run.release is not None):
        for entry in everything.entries(run.path.stem):
            odd = [f"{name} {noted}" for name, noted in noted_of(entry.begun) if getattr(run.started, name) != noted]
            if odd and (run.path in here or (entry.begun.phase, entry.begun.release) == (phase, release)):
                lines.append(f"{run.path.name}: was sealed anew: {entry.register} knows it with {', '.join(odd)}")
    return lines


def noted_of(begun: Line) -> Iterator[tuple[str, str]]:
    """Name and value of each fact that a register noted when a run began; facts that its line lacks are left out."""
    return ((name, noted) for name in ("run", *WHOSE) if (noted := getattr(begun, name)))


def not_registered(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """
    Whole runs that their register does not list: copies under another id, or written by hand.

    A run names the register beside which it began. A run that names none must be older than registers: no register
    lies beside it, and it has no `writer`.
    """
    known: dict[str, set[str]] = {}
    for register in everything.registers:
        known.setdefault(register.name, set()).update(entry.begun.run for entry in register.entries.values())
    anywhere = set().union(*known.values())
    lines = []
    for run in (run for run in mine if run.state is JournalState.COMPLETE):
        name = (run.started.register or "").partition(":")[0]
        if name in known and run.run_id not in known[name]:
            lines.append(f"{run.path.name}: {name}.log does not know this run: it was copied, or written by hand")
        elif not name and run.run_id not in anywhere and (known or run.started.writer is not None):
            lines.append(f"{run.path.name}: names no register and none knows it: it was copied, or written by hand")
    return lines


def missing_journals(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """
    Missing journals that runs older than registers list as known, and missing journals of gates.

    A gate's journal that cannot be trusted, or is just being begun, is there: it has a problem of its own.
    """
    there = {run.path.stem for run in everything.runs}
    ids = {run.run_id for run in everything.runs}
    doubted = tuple(run.path.stem for run in everything.runs if not run.trusted)
    seen: dict[str, str] = {}
    for run in mine:
        seen |= dict.fromkeys(run.started.known, run.path.stem)
    lines = [f"{stem}.jsonl: is missing: {witness} saw it" for stem, witness in seen.items() if stem not in there]
    for run in mine:
        parent = run.started.parent
        if parent and parent not in ids and not any(stem.endswith(f"-gate-{parent[:8]}") for stem in doubted):
            lines.append(f"{run.path.name}: the journal of its gate (run {parent}) is missing")
    return lines


def replaced_journals(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """Journals missing or changed since a replayed decision, or the gate that started them, recorded their hash."""
    runs = {run.path.stem: run for run in everything.runs}
    promised = {stem: (tail, "the stored decision") for stem, tail in everything.stored_journals.items()}
    for gate in (run for run in mine if run.state is JournalState.COMPLETE and run.producer == "gate"):
        for record in gate.of(StageFinished):
            own = [stem for stem in record.journals if is_child(runs.get(stem), gate)]
            promised |= {stem: (record.journals[stem], gate.path.name) for stem in own}
    lines = []
    for stem, (tail, witness) in promised.items():
        if stem not in runs:
            if everything.entry(stem) is None:  # else its register reports it
                lines.append(f"{stem}.jsonl: is missing: {witness} counts on it")
        elif tail not in (OPEN, runs[stem].tail):
            lines.append(f"{stem}.jsonl: was replaced since {witness} read it")
    return lines


def is_child(run: Run | None, gate: Run) -> bool:
    """Whether *gate* started a run; assumed where the run is missing or cannot be read."""
    return run is None or not run.trusted or run.started.parent == gate.run_id
