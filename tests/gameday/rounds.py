"""Rounds with a known course: their records and journals."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rollout.evidence import Journal, Origin, Record
from rollout.evidence.records import GamedayAlarm, GamedayCommitted, GamedayDecided, GamedayOpened
from rollout.gameday.commitment import Hidden

BEGAN = 1_800_000_000.0
HIDDEN = Hidden("redis-full", 7.5, "salt")
NOTHING = Hidden("", 7.5, "salt")
AT = BEGAN + 8  # the moment at which the switching of the fault began


def committed(hidden: Hidden = HIDDEN, **more: Any) -> GamedayCommitted:
    """The first record of a round."""
    return GamedayCommitted(t=BEGAN, commitment=hidden.commitment(), candidates=14, for_s=40, **more)


def alarm(after_s: float, criterion: str = "phase3.redis-memory") -> GamedayAlarm:
    """A criterion that broke *after_s* seconds after the start of the fault; negative before."""
    return GamedayAlarm(t=AT + after_s, criterion=criterion, verdict="BROKEN", reason="peak 85 %")


def decided(after_s: float, by: str = "") -> GamedayDecided:
    """A decision *after_s* seconds after the start of the fault."""
    return GamedayDecided(t=AT + after_s, by=by)


def opened(hidden: Hidden = HIDDEN, **more: Any) -> GamedayOpened:
    """The last record of a round; a *hidden* fault was switched on."""
    facts: dict[str, Any] = {"injected": AT if hidden.fault else None, "requests": 90, "written": 9, "lost": 0, **more}
    return GamedayOpened(t=BEGAN + 50, fault=hidden.fault, after_s=hidden.after_s, salt=hidden.salt, **facts)


def journal_of(folder: Path, records: Iterable[Record]) -> Path:
    """A whole journal with the records of a round."""
    about = Origin(
        producer="gameday", phase="phase3", target="standin", environment="standin", release="2.0.0", plan="p"
    )
    with Journal(folder, about) as journal:
        for record in records:
            journal.append(record)
    return journal.path
