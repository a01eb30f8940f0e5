"""The reports of one decision share its pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reports.charts import PICTURES, Gallery, chart
from reports.charts.vega import drawing
from reports.planned import plan_of
from rollout.evidence import Ledger, read_ledger
from rollout.judge.decision import Decision
from rollout.render import write_reports
from tests.reports import evidence

Sick = tuple[Decision, Ledger]


@pytest.fixture
def sick(tmp_path: Path) -> Sick:
    """A decision about a bad minute, which has pictures, and its ledger."""
    return evidence.sick(tmp_path / "journals")


@pytest.fixture
def charts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of each chart that is drawn."""
    drawn: list[str] = []

    def counted(*parts: object, draw: Callable[..., object] = drawing) -> object:
        drawn.append(str(parts[-1]))
        return draw(*parts)

    monkeypatch.setattr(chart, "drawing", counted)
    return drawn


def pictures(sick: Sick) -> Gallery:
    """The shared pictures of a decision."""
    return PICTURES.of(*sick, plan_of(sick[0]))


def test_the_page_and_allure_show_pictures_that_were_drawn_once(sick: Sick, charts: list[str], tmp_path: Path) -> None:
    """
    A decision draws each of its charts once, for all of its reports.
    """
    write_reports(*sick, tmp_path / "reports")
    assert len(charts) == len(set(charts)) == len(pictures(sick).plots) > 5
    assert (tmp_path / "reports/decision.html").read_text(encoding="utf-8").count('<svg class="plot"') == len(charts)
    assert list((tmp_path / "reports/allure").glob("*.svg"))


def test_another_ledger_or_decision_has_pictures_of_its_own(sick: Sick, tmp_path: Path) -> None:
    """
    An equal decision read again, or an equal ledger, may be about journals that have changed since.
    """
    decision, ledger = sick
    before = pictures(sick)
    assert pictures(sick) is before
    assert pictures((decision, read_ledger([tmp_path / "journals"]))) is not before
    assert pictures((decision.model_copy(), ledger)) is not before


def test_a_decision_whose_plan_has_gone_shows_no_picture(sick: Sick) -> None:
    """
    The limits are those of the plan, so the pictures go with it.
    """
    assert pictures(sick).plots
    assert not PICTURES.of(*sick, None).plots
