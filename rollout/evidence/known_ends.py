"""
Match journals with what their registers know of them, while producers may be at work.

A register is read before the journals, so that a journal which goes missing is missed, and once more after them where
a journal began or ended meanwhile. A producer lists the end of its journal before it lets go of the lock, so that
a whole journal without a listed end was cut short in that very moment, or has an end by hand: it counts as torn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rollout.evidence.reader import is_locked
from rollout.evidence.recorded_run import JournalState, Run
from rollout.evidence.register import Entry, JournalRegister
from rollout.evidence.writer import is_alive, pid_of

Registers = Mapping[Path, JournalRegister]  # by file


def matched(runs: Sequence[Run], before: Registers, read_again: Callable[[], Registers]) -> tuple[list[Run], Registers]:
    """
    The runs with the state that their registers leave them, and the registers as of the moment of each journal.

    *before* are the registers as read before the journals; *read_again* reads them once more, where that is needed.
    """
    unsure = [run for run in runs if not is_listed(run, before) or unended_in(run, before)]
    if not unsure:
        return list(runs), before
    writing = {run.path for run in unsure if is_being_written(run)}  # asked first: whoever let go has listed the end
    known = as_of(runs, before, read_again())
    return [with_end(run, unended_in(run, known), run.path in writing) for run in runs], known


def is_listed(run: Run, registers: Registers) -> bool:
    """Whether a register lists the beginning of a run."""
    return any(run.path.stem in each.entries for each in registers.values())


def unended_in(run: Run, registers: Registers) -> str:
    """The register that lists the beginning of a whole run and not its end; empty where each that does lists both."""
    if run.state is not JournalState.COMPLETE:
        return ""
    found = [entry for each in registers.values() if (entry := each.entries.get(run.path.stem))]
    ended = {entry.register for entry in found if entry.tail}
    return next((entry.register for entry in found if entry.register not in ended), "")


def is_being_written(run: Run) -> bool:
    """Whether the writer of a run is alive and holds its file."""
    with suppress(OSError):
        return is_alive(run.started.writer) and is_locked(run.path)
    return False


def with_end(run: Run, register: str, writing: bool) -> Run:
    """The run as it is; without its end where a *register* does not know that."""
    if not register:
        return run
    if writing:
        at_work = f"{run.path.name}: process {pid_of(run.started.writer)} is ending it: decide again when it has ended"
        return replace(run, state=JournalState.OPEN, complaint=at_work)
    unknown = f"{run.path.name}: has an end that {register} does not know: it counts as cut short"
    return replace(run, state=JournalState.TORN, complaint=unknown)


def as_of(runs: Iterable[Run], before: Registers, after: Registers) -> Registers:
    """
    The registers *after* the journals were read, with nothing in them that these could not show yet.

    A journal that began later is left out, and so is the end of one that had none when it was read.
    """
    read = {run.path.stem: run.state is JournalState.COMPLETE for run in runs}
    return {file: replace(each, entries=entries_as_of(read, before.get(file), each)) for file, each in after.items()}


def entries_as_of(read: Mapping[str, bool], before: JournalRegister | None, after: JournalRegister) -> dict[str, Entry]:
    """The entries of one register; *read* are the journals that were read, by stem, and whether each was whole."""
    known = before.entries if before else {}
    entries = {}
    for stem, entry in after.entries.items():
        if read.get(stem):
            entries[stem] = entry
        elif stem in known:
            entries[stem] = known[stem]
        elif stem in read:
            entries[stem] = replace(entry, tail="")
    return entries
