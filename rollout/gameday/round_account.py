"""The account of a round from its journal alone: noticed after, by what, decided after, by whom, data lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from rollout.evidence import JournalState, Record
from rollout.evidence.reader import read_run
from rollout.evidence.records import GamedayAlarm, GamedayCommitted, GamedayDecided, GamedayOpened
from rollout.gameday.commitment import WrongOpening, refuse_wrong_opening

WATCH = "the watch"
How = Literal["noticed", "not decided", "not noticed", "false alarm", "quiet", "could not tell"]
Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True)
class RoundAccount:
    """
    The result of a round; seconds count from the moment at which the fault began to be switched on.

    *noticed_by* is the criterion that broke first, or the person who decided before one broke. *false_alarms* are the
    criteria that broke without a fault. *decided_by* is a person's name or `the watch`, empty without a decision.
    """

    how: How
    opened: GamedayOpened
    noticed_by: str = ""
    noticed_after_s: float | None = None
    decided_by: str = ""
    decided_after_s: float | None = None
    rolled_back_after_s: float | None = None
    false_alarms: tuple[str, ...] = ()

    @property
    def went_well(self) -> bool:
        """Whether a hidden fault was noticed and rolled back, or none was hidden and there was no alarm or decision."""
        return self.how == "quiet" or (self.how == "noticed" and self.rolled_back_after_s is not None)


def account_in(path: Path) -> RoundAccount:
    """The account of the round in the journal at *path*; WrongOpening where journal or opening cannot be trusted."""
    run = read_run(path)
    if run.state is not JournalState.COMPLETE:
        raise WrongOpening(f"{path}: {run.complaint or f'the journal is {run.state.value}'}")
    return account_of(run.records)


def account_of(records: Iterable[Record]) -> RoundAccount:
    """The account of the records of one round, opened as it was committed to; else WrongOpening."""
    every = list(records)
    committed, opened = only(every, GamedayCommitted), only(every, GamedayOpened)
    if every.index(committed) > every.index(opened):
        raise WrongOpening("the commitment was written after the opening")
    refuse_wrong_opening(committed, opened)
    alarms = [each for each in every if isinstance(each, GamedayAlarm)]
    decided = next((each for each in every if isinstance(each, GamedayDecided)), None)
    return reckoned(opened, alarms, decided)


def only(records: list[Record], kind: type[Kind]) -> Kind:
    """The one record of a *kind*; WrongOpening where there is none or there are several."""
    found = [each for each in records if isinstance(each, kind)]
    if len(found) != 1:
        raise WrongOpening(f"the round has {len(found)} records {kind.__struct_config__.tag}, want one")
    return found[0]


def reckoned(opened: GamedayOpened, alarms: list[GamedayAlarm], decided: GamedayDecided | None) -> RoundAccount:
    """The account from the opening, the alarms and the decision."""
    began = opened.injected
    early = tuple(each.criterion for each in alarms if began is None or each.t < began)
    late = [each for each in alarms if began is not None and each.t >= began]
    noticed = first_noticed(late, decided if is_since(began, decided) else None)
    return RoundAccount(
        how=ended(opened, bool(early), bool(late), decided),
        opened=opened,
        noticed_by=noticed[0] if noticed else "",
        noticed_after_s=after(began, noticed[1] if noticed else None),
        decided_by=(decided.by or WATCH) if decided else "",
        decided_after_s=after(began, decided.t) if decided and is_since(began, decided) else None,
        rolled_back_after_s=after(began, opened.rolled_back),
        false_alarms=early,
    )


def first_noticed(alarms: list[GamedayAlarm], decided: GamedayDecided | None) -> tuple[str, float] | None:
    """What noticed a fault first, and when: a criterion, or a person who decided before one broke; None for nothing."""
    found = [(each.criterion, each.t) for each in alarms]
    found += [(decided.by, decided.t)] if decided and decided.by else []
    return min(found, key=lambda pair: pair[1], default=None)


def ended(opened: GamedayOpened, early: bool, late: bool, decided: GamedayDecided | None) -> How:
    """How the round ended, in two words."""
    if opened.trouble:
        return "could not tell"
    if decided:
        return "noticed" if is_since(opened.injected, decided) else "false alarm"
    if early:
        return "false alarm"
    if opened.injected is None:
        return "quiet"
    return "not decided" if late else "not noticed"


def is_since(began: float | None, decided: GamedayDecided | None) -> bool:
    """Whether a decision came after the beginning of the fault."""
    return began is not None and decided is not None and decided.t >= began


def after(began: float | None, moment: float | None) -> float | None:
    """The seconds from one moment to another; None without one of them."""
    return None if began is None or moment is None else round(moment - began, 3)
