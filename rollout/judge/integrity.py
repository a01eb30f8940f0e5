"""Is the ledger whole? Torn, forged, missing and replaced journals are named, and none of them lets a GO through."""

from rollout.evidence import Ledger, Run, State
from rollout.evidence.ledger import moment
from rollout.evidence.records import StageFinished

OPEN = "open"  # in place of the hash of a journal that had no end when it was listed


def ledger_doubts(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """One line for each reason not to believe that the runs *mine* of a ledger are whole; empty if they are."""
    return [
        *everything.complaints,
        *(run.complaint for run in mine if not run.trusted),
        *(run.complaint for run in mine if run.state is State.TORN and not superseded(run, mine)),
        *missing_journals(everything, mine),
        *replaced_journals(everything, mine),
    ]


def superseded(torn: Run, runs: tuple[Run, ...]) -> bool:
    """Whether a later run of the same producer came to its end; only the file's name tells when one began that says nothing."""
    whole = [run for run in runs if run.state is State.COMPLETE and run.producer == torn.producer]
    nameless = torn.release is None
    return any(run.path.stem > torn.path.stem if nameless else moment(run) > moment(torn) for run in whole)


def missing_journals(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """Journals that others saw or belong to, and that are not there."""
    there = {run.path.stem for run in everything.runs}
    ids = {run.run_id for run in everything.runs}
    seen: dict[str, str] = {}
    for run in mine:
        seen |= dict.fromkeys(run.started.known, run.path.stem)
    lines = [f"{stem}.jsonl: is missing: {witness} saw it" for stem, witness in seen.items() if stem not in there]
    for run in mine:
        parent = run.started.parent
        if parent and parent not in ids:
            lines.append(f"{run.path.name}: the journal of its gate (run {parent}) is missing")
    return lines


def replaced_journals(everything: Ledger, mine: tuple[Run, ...]) -> list[str]:
    """Journals that are not what a gate or the stored decision saw."""
    tails = {run.path.stem: run.tail for run in everything.runs}
    promised: dict[str, tuple[str, str]] = {
        stem: (tail, "the stored decision") for stem, tail in everything.stored_journals.items()
    }
    for run in mine:
        if run.state is not State.COMPLETE or run.producer != "gate":
            continue
        for record in run.of(StageFinished):
            promised |= {stem: (tail, run.path.name) for stem, tail in record.journals.items()}
    lines = []
    for stem, (tail, witness) in promised.items():
        if stem not in tails:
            lines.append(f"{stem}.jsonl: is missing: {witness} counts on it")
        elif tail not in (OPEN, tails[stem]):
            lines.append(f"{stem}.jsonl: was replaced since {witness} read it")
    return lines
