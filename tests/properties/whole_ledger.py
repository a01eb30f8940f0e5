"""A folder with evidence of every producer that gives GO, part by part, and further evidence that takes or gives the GO."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollout.evidence import Record, read_ledger
from rollout.evidence.records import (
    Attestation,
    Canary,
    Clear,
    LoadException,
    LoadGenerator,
    LoadOffline,
    LoadRefused,
    LoadWorkers,
    Override,
    PlanChange,
    Revoke,
    RunFinished,
    RunStarted,
    StageFinished,
)
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.plan import Plan
from rollout.plan.meaning import phase_meaning
from tests.judge.ledgers import NOW, RELEASE, drill, run_of_tests, signatures, slots, start
from tests.judge.ledgers import PLAN as WATCHED
from tests.judge.loads import COLUMNS, START, Load
from tests.judge.loads import PLAN as LOADED
from tests.judge.statements import say
from tests.judge.test_degradation import END, pairs
from tests.properties.loads import everything, failing, shifted

HALF_HOUR = -1800  # s, relative to the usual start of a load, which is now
LOST = Canary(written=9, verified=8, missing=("a",), altered=())


def both() -> Plan:
    """The two small plans of tests/judge, about watched and about loaded criteria, as one."""
    watched, loaded = WATCHED.phases[0], LOADED.phases[0]
    phase = watched.model_copy(update={"load": loaded.load})
    others = tuple(item for item in LOADED.criteria if item.id != "certainly-fast")
    return WATCHED.model_copy(update={"phases": (phase,), "criteria": (*WATCHED.criteria, *others)})


PLAN = both()


def judged(folder: Path) -> Decision:
    """The decision about the journals in *folder*."""
    return decide(PLAN, "stage", read_ledger([folder]), NOW, release=RELEASE)


def load(folder: Path, *more: Record, by_s: int = HALF_HOUR, facts: dict[str, Any] | None = None, **place: Any) -> None:
    """Write a load, moved by *by_s* seconds; *more* are records at its end, *facts* are those of `Load`."""
    told = {"more": [*pairs(40.0), END], **(facts or {})}
    first, *records = everything(Load(**told).run())
    assert isinstance(first, RunStarted)
    with start(folder, "load", at=first.t + by_s, load=first.load, columns=COLUMNS, **place) as journal:
        for record in (*records, *more):
            if not isinstance(record, RunFinished):
                journal.append(shifted(record, by_s))


def tests(folder: Path, **place: Any) -> None:
    """Write a run of the single check, which passed."""
    run_of_tests(folder, **place)


def signed(folder: Path, **place: Any) -> None:
    """Write both signatures."""
    signatures(folder, "owner", "tester", **place)


def drilled(folder: Path, **place: Any) -> None:
    """Write a passed drill."""
    drill(folder, **place)


def watched(folder: Path, **place: Any) -> None:
    """Write more than an hour of healthy samples."""
    slots(folder, [3.0] * 130, **place)


PARTS: dict[str, Callable[..., None]] = {
    "test-outcome": tests,
    "attestation": signed,
    "drill": drilled,
    "slot": watched,
    "load-second": load,
}


def whole(folder: Path, without: Container[str] = ()) -> None:
    """Write evidence that gives GO, except the parts in *without*."""
    for name, part in PARTS.items():
        if name not in without:
            part(folder)


@dataclass(frozen=True)
class Accuser:
    """Evidence that takes the GO from a whole ledger *without* some parts; its line contains the *mark*."""

    mark: str
    told: Callable[[Path], object]
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opener:
    """Evidence that turns the ledger *before* into a GO, or a GO by override; *told* takes facts about another origin too."""

    before: Callable[[Path], object]
    told: Callable[..., object]


def spoilt(mark: str, *more: Record, **facts: Any) -> Accuser:
    """An accuser that is the only load of a ledger."""
    return Accuser(mark, lambda folder: load(folder, *more, facts=facts), ("load-second",))


def refusal(folder: Path) -> None:
    """Write a refusal after the signatures."""
    say(folder, Attestation(criterion="stage.signed", by="Kim", role="owner", statement="umlauts", accepted=False))


def override(folder: Path, **place: Any) -> None:
    """Write an override."""
    say(folder, Override(phase="stage", by="Ada", why="agreed", until=NOW + 3600), at=NOW - 500, **place)


def taken_back(folder: Path) -> None:
    """Write an override and its revocation."""
    override(folder)
    say(folder, Revoke(of="override", by="Ada", role="owner", statement="too early"))


def failed_stage(folder: Path) -> None:
    """Write a gate whose last stage failed."""
    with start(folder, "gate", at=NOW - 30) as journal:
        journal.append(StageFinished(stage="load", exit=4, seconds=1.0, journals={}, worked=False))


def a_bad_round(folder: Path) -> None:
    """Write one round with a full queue among many."""
    slots(folder, [3.0] * 60 + [777.0] + [3.0] * 69)


ACCUSERS = {
    "test-outcome": Accuser('"outcome":"failed"', lambda folder: run_of_tests(folder, "failed", at=NOW - 60)),
    "attestation": Accuser('"accepted":false', refusal),
    "drill": Accuser('"passed":false', lambda folder: drill(folder, passed=False, at=NOW - 60)),
    "slot": Accuser("777.0", a_bad_round, ("slot",)),
    "stage-finished": Accuser('"worked":false', failed_stage),
    "revoke": Accuser('"kind":"revoke"', taken_back, ("attestation",)),
    "load-second": spoilt(f'"second":{START + 20 + HALF_HOUR}', seconds=failing(20, 20, 21)),
    "canary": spoilt('"missing":["a"]', canary=LOST),
    "load-exception": spoilt("out of memory", LoadException(text="out of memory")),
    "load-workers": spoilt('"lost":["w"]', LoadWorkers(present=0, expected=1, lost=("w",))),
    "load-generator": spoilt("90000.0", LoadGenerator(worker="w", second=START + 20, cpu_percent=90_000.0)),
    "load-refused": spoilt('"kind":"load-refused"', LoadRefused(second=START + 20, names={"projects.list": 1})),
    "load-offline": spoilt('"kind":"load-offline"', LoadOffline(worker="w", second=START + 20)),
}


def lacking(part: str) -> Opener:
    """An opener for a ledger without one part."""
    return Opener(lambda folder: whole(folder, (part,)), PARTS[part])


def unsigned(folder: Path) -> None:
    """Write a ledger without signatures."""
    whole(folder, ("attestation",))


def under_other_rules(folder: Path) -> None:
    """Write a whole ledger, and a run made under another limit."""
    run_of_tests(folder, meanings={"stage.queue": "another"}, at=NOW - 3800)
    whole(folder)


def accepted_rules(folder: Path, **place: Any) -> None:
    """Write the acceptance of the current rules."""
    meaning = phase_meaning(PLAN, "stage")
    said = PlanChange(phase="stage", by="Ada", role="owner", statement="agreed", meaning=meaning)
    say(folder, said, **place)


def after_a_loss(folder: Path) -> None:
    """Write a whole ledger after a load that lost a write."""
    load(folder, by_s=-3500, facts={"canary": LOST})
    whole(folder)


def cleared(folder: Path, **place: Any) -> None:
    """Write the clearing of that trigger before the good load."""
    said = Clear(criterion="stage.kept", by="Ada", role="owner", statement="found and mended")
    say(folder, said, at=NOW - 3000, **place)


OPENERS = {
    **{name: lacking(name) for name in PARTS},
    "override": Opener(unsigned, override),
    "plan-change": Opener(under_other_rules, accepted_rules),
    "clear": Opener(after_a_loss, cleared),
}
NEITHER = {  # kinds whose absence weakens the proof (see other tests), or that the judge does not read
    "run-started": "whose evidence a journal is",
    "run-finished": "that a journal is whole",
    "tests-collected": "which checks there are",
    "load-window": "what was measured",
    "load-scenarios": "whose requests they are",
    "load-beside": "pairs of the comparison with the release before",
    "load-beside-end": "how that comparison ended",
    "drill-erred": "that an exercise could not tell: the drill before it stands",
    "drill-found": "what a drill found before it changed it, and that it was put back: the next drill reads it, and no judge",
    "rollback-begun": "which procedure people began",
    "rollback-step": "how far they came with it: what it brought about the checks show",
    "gameday-committed": "a game day, which no decision reads",
    "gameday-alarm": "what broke in it",
    "gameday-decided": "who decided in it",
    "gameday-opened": "what was hidden in it",
    "load-stopped": "why a run ended early, in words",
    "load-histogram": "for display only",
    "stage-left-out": "why there is no evidence, in words",
    "stopped-early": "for readers",
    "capacity": "for readers",
}


def lines_with(folder: Path, mark: str) -> Iterable[Path]:
    """The journals with a line that contains the *mark*."""
    return [file for file in sorted(folder.glob("*.jsonl")) if mark in file.read_text(encoding="utf-8")]
