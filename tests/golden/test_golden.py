"""Stored decisions come out of their journals as they did when they were made, byte for byte."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from reports.markdown import comment
from reports.terminal import show
from rollout.evidence import JournalState, Ledger, read_ledger
from rollout.evidence.records import KINDS
from rollout.judge.decision import Decision
from rollout.judge.store import load_decision, store_decision
from rollout.plan.parse import stored_plan
from rollout.replay import replayed

HERE = Path(__file__).parent
OUTCOMES = {
    "go": ("HOLD", 30),
    "go-whole": ("HOLD", 30),
    "go-compared": ("GO", 0),
    "hold": ("HOLD (the newest run of tests left out 2 checks: it clears no failure)", 30),
    "no-go": ("NO-GO", 10),
    "rollback": ("ROLLBACK", 20),
    "override": (
        "GO by override of NO-GO (Ada until 2026-11-24 12:00 UTC: the slow report is known and mended on Monday)",
        40,
    ),
    "rehearsal": ("HOLD (rehearsal, window 60 s)", 30),
}
YOUNGER = {
    "stage-left-out",
    "plan-change",
    "clear",
    "revoke",
    "load-offline",
    "load-refused",
    "drill-erred",
    "drill-found",
    "rollback-begun",
    "rollback-step",
    "gameday-committed",
    "gameday-alarm",
    "gameday-decided",
    "gameday-opened",
}  # kinds that no version before had; other tests have them
PRODUCERS = {"pytest", "load", "capacity", "watch", "attest", "drill", "gate"}
every_golden = pytest.mark.parametrize("name", OUTCOMES)


def ledger_of(name: str) -> Ledger:
    """The journals of one folder."""
    return read_ledger([HERE / name / "journals"])


def expected(name: str, file: str) -> str:
    """What the judge of now makes of a folder: as stored, unless a rule has changed since and `*.now.*` stands beside it."""
    stored = HERE / name / file
    now = stored.with_name(f"{stored.stem}.now{stored.suffix}")
    return (now if now.exists() else stored).read_text(encoding="utf-8")


def again(name: str) -> tuple[Decision, list[str]]:
    """The decision of one folder made again, and where it differs from the stored one."""
    plan = stored_plan(HERE / name / "plan.toml")
    stored = load_decision(HERE / name / "decision.json")
    before = stored.prerequisites  # the folder holds the journals of one phase alone
    decision, differences = replayed(plan, stored, ledger_of(name), prerequisites=before)
    changed = (HERE / name / "decision.now.json").exists()
    assert changed == bool(differences)
    return decision, differences


@every_golden
def test_a_replayed_decision_is_the_stored_one_byte_for_byte(name: str, tmp_path: Path) -> None:
    """
    The same journals under the same plan give the same document, plan hash included, unless README.md says why not.
    """
    decision, _ = again(name)
    made = store_decision(decision, tmp_path / "decision.json")
    assert made.read_text(encoding="utf-8") == expected(name, "decision.json")


@every_golden
def test_a_replayed_decision_ends_as_its_folder_says(name: str) -> None:
    """
    Line and exit code are those of the outcome, as it is judged now.
    """
    decision, _ = again(name)
    assert (decision.line, decision.exit_code) == OUTCOMES[name]


@every_golden
def test_a_replayed_decision_has_the_same_markdown(name: str) -> None:
    """
    The comment on a pull request does not change either.
    """
    decision, _ = again(name)
    assert comment(decision) == expected(name, "decision.md")


@every_golden
def test_a_replayed_decision_has_the_same_table(name: str) -> None:
    """
    Nor does the terminal, up to where the results lie.
    """
    decision, _ = again(name)
    assert table(decision) == expected(name, "table.txt")


def table(decision: Decision) -> str:
    """What the terminal shows in 80 columns, without the folder of the results and blanks at the ends of lines."""
    text = StringIO()
    show(decision, Console(file=text, width=80, color_system=None, force_terminal=False, highlight=False))
    lines = text.getvalue().partition("\nResults: ")[0].rstrip().splitlines()
    return "\n".join(map(str.rstrip, lines)) + "\n"


@every_golden
def test_only_the_ledger_that_holds_has_journals_without_an_end(name: str) -> None:
    """
    Every journal is read as whole, or as cut short where a run of `hold` was.
    """
    states = {run.state for run in ledger_of(name).runs}
    assert states == ({JournalState.COMPLETE, JournalState.TORN} if name == "hold" else {JournalState.COMPLETE})


def test_every_kind_of_record_occurs() -> None:
    """
    Whatever a producer of that time wrote is in at least one of the ledgers, so that reading it is tested.
    """
    runs = [run for name in OUTCOMES for run in ledger_of(name).runs]
    seen = {kind for kind, model in KINDS.items() if any(True for run in runs for _ in run.of(model))}
    assert seen == set(KINDS) - YOUNGER
    assert {run.producer for run in runs} == PRODUCERS
