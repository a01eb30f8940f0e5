"""Play one round: commit, start users and the monitor, judge after each look, decide, roll back, open."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rollout.at_work import Begin, WorkingUsers
from rollout.evidence import Journal, Origin, Record, read_ledger
from rollout.evidence.records import (
    GamedayAlarm,
    GamedayCommitted,
    GamedayDecided,
    GamedayOpened,
    LoadFacts,
    Slot,
)
from rollout.evidence.row import columns
from rollout.gameday.commitment import Hidden
from rollout.gameday.keeper import Keeper, Switch
from rollout.gameday.listener import WORDS, listen
from rollout.gameday.losses import Losses, looked_at
from rollout.gameday.round_account import RoundAccount, account_in, is_since
from rollout.gameday.round_plan import EVERY_S
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.judge.starved import starved
from rollout.judge.verdict import Verdict
from rollout.origin import origin
from rollout.plan import Plan
from rollout.suite import suite_of
from rollout.target import Target
from rollout.target.message import one_line
from rollout.watch.monitor import Round, watch
from rollout.watch.sampler import Sampler, sampled

Tell = Callable[[str], None]
ONLY_LOSSES = LoadFacts(users=1, actions_per_minute=1, slice_s=1, least_requests=1, hold_s=None)


class OneRelease:
    """The build of a game day, which counts as unchanged even where the rollback switches another release on."""

    def other(self) -> str:
        """Always empty: no other release is looked for."""
        return ""


@dataclass(frozen=True)
class Setting:
    """
    The setting of a round: a *phase* on a target with that *release*, for *for_s* seconds, judged by *rules*.

    *rules* is the plan of a round. The journals of the round are in a *folder* of its own, apart from the evidence of
    the release. The person *by* name decides; without a name the watch does.
    """

    rules: Plan
    phase: str
    system: Target
    release: str
    for_s: float
    folder: Path
    by: str = ""

    def origin(self, producer: str) -> Origin:
        """The origin of a journal of the round."""
        return origin(self.rules, self.phase, self.system, self.release, producer, window_s=self.for_s)

    @property
    def watched(self) -> Path:
        """The folder of the journals that the judge reads: none of them reveals what is hidden."""
        return self.folder / "watch"

    def journal_of_users(self) -> Journal:
        """The journal of the writes that users at work lost: a load run without other counts."""
        profile = self.rules.phase(self.phase).load
        named = columns(profile.slow_ms if profile else ())
        return Journal(self.watched, self.origin("load"), load=ONLY_LOSSES, columns=named)


@dataclass
class GamedayRound:
    """One round in a *setting*, reported line by line to *tell*; *candidates* is the number of possible faults."""

    setting: Setting
    candidates: int
    tell: Tell
    stop: threading.Event = field(default_factory=threading.Event)
    decided: GamedayDecided | None = None
    alarms: dict[str, GamedayAlarm] = field(default_factory=dict)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def play(self, hidden: Hidden, begin: Begin, switch: Switch, lines: Iterable[str] = ()) -> RoundAccount:
        """
        The account of a round in which something is *hidden*; WrongOpening where that is not what was committed to.

        *begin* starts users at work, *switch* causes the fault, and *lines* are the input of the person who decides.
        """
        with Journal(self.setting.folder, self.setting.origin("gameday")) as self.journal:
            self.write(self.committed(hidden))
            self.tell(f"committed to {hidden.commitment()}, written first in {self.journal.path}")
            self.write(self.opened(hidden, begin, switch, lines))
        return account_in(self.journal.path)

    def opened(self, hidden: Hidden, begin: Begin, switch: Switch, lines: Iterable[str]) -> GamedayOpened:
        """The opening after the round; users that could not start or be restored are its trouble."""
        try:
            with begin(self.setting.system) as users:
                self.announce(lines)
                with Keeper(hidden, switch) as keeper:
                    self.watch(users)
                    left, why_not = self.roll_back(users) if self.decided else (None, "")
                work, unseen = looked_at(users)
        except AssertionError as error:
            return hidden.opened(trouble=one_line(str(error)))
        return hidden.opened(
            injected=keeper.injected,
            rolled_back=left,
            not_rolled_back=why_not,
            requests=work.requests,
            failed=work.failed,
            written=work.written,
            lost=None if unseen else len(work.missing) + len(work.altered),
            trouble=one_line(keeper.trouble) or self.untold(keeper.injected),
        )

    def untold(self, injected: float | None) -> str:
        """Why the round has no result; a fault that was decided on after it was *injected* was noticed on any machine."""
        return "" if is_since(injected, self.decided) else untold(self.setting.watched)

    def announce(self, lines: Iterable[str]) -> None:
        """Announce the beginning, and listen to the person who decides."""
        self.tell(f"users are at work; one of {self.candidates} faults will begin, or none")
        if self.setting.by:
            self.tell(f"{self.setting.by}: type {WORDS[1]} and Enter as soon as you would roll back")
            listen(lines, self.decide)

    def committed(self, hidden: Hidden) -> GamedayCommitted:
        """The commitment, which is the first record."""
        setting = self.setting
        return GamedayCommitted(
            commitment=hidden.commitment(), candidates=self.candidates, for_s=setting.for_s, by=setting.by
        )

    def write(self, record: Record) -> None:
        """Write a record; the threads of the person and of the watch may both call it."""
        with self._writing:
            self.journal.append(record)

    def watch(self, users: WorkingUsers) -> None:
        """Sample and judge until a decision or the end of the time."""
        setting = self.setting
        step = setting.rules.phase(setting.phase).steps[-1].id
        asked = sampled(setting.rules.criteria_of(setting.phase), step)
        losses = Losses(setting.journal_of_users(), users)
        with closing(Sampler(setting.system, asked, suite_of(setting.rules).release)) as probes, losses.journal:

            def looked(line: str) -> None:
                self.tell(line)
                losses.write()
                self.judge()

            probes.look(self.stop.is_set)  # the first look imports and connects
            round_ = Round(EVERY_S, setting.for_s, step)
            watch(probes, round_, setting.origin("watch"), setting.watched, looked, OneRelease(), self.stop)
        self.stop.set()  # a later decision does not count

    def judge(self) -> None:
        """Record each criterion that newly does not hold; without a person the first one is the decision."""
        setting = self.setting
        decision = decide(
            setting.rules,
            setting.phase,
            read_ledger([setting.watched]),
            time.time(),
            release=setting.release,
            window_s=setting.for_s,
            prerequisites=(),
        )
        for found in decision.findings:
            if is_alarm(found) and found.id not in self.alarms:
                fired = found.verdict is Verdict.TRIGGERED
                self.alarms[found.id] = GamedayAlarm(
                    criterion=found.id, verdict="TRIGGERED" if fired else "BROKEN", reason=one_line(found.reason)
                )
                self.write(self.alarms[found.id])
                self.tell(f"{found.id} {found.verdict.name}: {found.reason}")
        if self.alarms and not self.setting.by:
            self.decide()

    def decide(self) -> None:
        """Decide to roll back, once."""
        if self.decided is None and not self.stop.is_set():
            self.decided = GamedayDecided(by=self.setting.by)
            self.write(self.decided)
            self.stop.set()

    def roll_back(self, users: WorkingUsers) -> tuple[float | None, str]:
        """The moment at which users had left the new backend, or None and why they did not."""
        self.tell(f"{self.setting.by or 'the watch'} decided to roll back")
        try:
            users.roll_back()
        except AssertionError as error:
            return None, one_line(str(error))
        return time.time(), ""


def is_alarm(found: Finding) -> bool:
    """Whether a finding shows that something does not hold, and not only that evidence is missing."""
    return found.verdict >= Verdict.BROKEN and not found.advisory and not found.overdue


def untold(watched: Path) -> str:
    """Why a round has no result, empty if it has one: in most of its looks the stand-in got no processor."""
    slots = [slot for run in read_ledger([watched]).runs for slot in run.of(Slot)]
    waited = sum(bool(starved(slot.target_waited_percent)) for slot in slots)
    if 2 * waited <= len(slots):
        return ""
    return f"the stand-in got no processor in {waited} of {len(slots)} looks: play on a calm machine"
