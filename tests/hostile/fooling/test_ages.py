"""Old evidence that looks like new (case 3), and a ROLLBACK whose picture hides the reason (case 31)."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from reports.ages import age, span
from reports.charts import gallery
from reports.markdown import comment
from reports.page import page
from reports.terminal import show
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from tests.reports import evidence
from tests.reports.samples import decision, finding

OLD = "20261123T090000.000000Z-pytest-0badcafe"
OWN = "20261123T115900.000000Z-pytest-feedbeef"
GATE = "20261123T115800.000000Z-gate-00c0ffee"
WORDS = "evidence of 2026-11-23 09:00:00 UTC, 3 h before this decision, run 0badcafe"


def of(*names: str, gate: bool = True) -> Decision:
    """A decision about one criterion with these journals."""
    journals = dict.fromkeys([*names, *([GATE] if gate else [])], "ab" * 32)
    return decision(finding("services-healthy", evidence=names), journals=journals)


def terminal(made: Decision) -> str:
    """What a wide terminal shows, on one line."""
    text = StringIO()
    show(made, Console(file=text, width=900, color_system=None))
    return text.getvalue()


def test_older_evidence_shows_its_age_everywhere() -> None:
    """
    Case 3: a run of three hours ago is marked in the terminal, the comment and the page.
    """
    made = of(OLD)
    assert WORDS in terminal(made)
    assert WORDS in comment(made)
    assert f"not from this gate: {WORDS}" in page(made, Ledger())


def test_evidence_of_the_gate_itself_is_not_marked() -> None:
    """
    A finding with at least one run of this gate is as new as that run; its card tells when that was.
    """
    made = of(OLD, OWN)
    assert "evidence of" not in terminal(made) + comment(made)
    text = page(made, Ledger())
    assert "not from this gate" not in text
    assert "2026-11-23 11:59:00 UTC, 60 s before this decision, run feedbeef" in text


def test_without_a_gate_no_evidence_is_from_one() -> None:
    """
    A decision that was only decided marks everything.
    """
    found = age(made := of(OWN, gate=False), made.findings[0])
    assert found is not None
    assert found.foreign


def test_evidence_that_is_no_journal_has_no_age() -> None:
    """
    Complaints about the ledger stand among the evidence and are no journals.
    """
    made = of("a.jsonl: was replaced since", "20269999T999999.000000Z-pytest-0badcafe")
    assert age(made, made.findings[0]) is None


def test_ages_are_rounded_to_what_matters() -> None:
    """
    Seconds, minutes, hours, days.
    """
    assert [span(each) for each in (0, 119, 120, 7199, 7200, 172_799, 172_800)] == [
        "0 s",
        "119 s",
        "2 min",
        "120 min",
        "2 h",
        "48 h",
        "2 d",
    ]


def test_the_window_that_fired_has_its_picture(tmp_path: Path) -> None:
    """
    Case 31: the picture begins with the run, ramp included, and its caption is the reason of the finding.
    """
    plan = load_plan()
    evidence.load(tmp_path, plan, evidence.Run(failing=dict.fromkeys(range(4, 60), 0.9)))
    made, ledger = evidence.judged(tmp_path)
    triggered = next(each for each in made.findings if each.id == "phase1.error-rate")
    assert triggered.verdict is Verdict.TRIGGERED
    plots = {plot.id: plot for plot in gallery(made, ledger, plan).plots}
    drawn = plots["plot-fired-error-rate"]
    assert drawn.caption == f"{triggered.reason}."
    assert ("fired", "the window that fired") in drawn.keys
    assert "var(--triggered)" in drawn.svg


def test_nothing_is_marked_where_no_trigger_fired(tmp_path: Path) -> None:
    """
    A broken limit is no trigger.
    """
    made, ledger = evidence.sick(tmp_path)
    assert not [plot for plot in gallery(made, ledger, load_plan()).plots if plot.id.startswith("plot-fired")]
