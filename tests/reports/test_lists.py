"""Lists are whole where a reader unfolds them: on the page, in Markdown, in the terminal when asked for, and for programs."""

from io import StringIO

import pytest
from rich.console import Console

from reports import ctrf, junit
from reports.allure.results import result
from reports.charts import Gallery
from reports.charts.names import NameRow
from reports.markdown import comment
from reports.page import MOST_NAMES, page
from reports.terminal import show
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import Cause
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding

LONG = tuple(f"write {number} of member {number % 3}" for number in range(12))
WAITING = tuple(f"integration/test_x.py::test_{number}" for number in range(9))


def made() -> Decision:
    """A decision whose finding lists more than its reason tells."""
    return decision(finding("no-data-loss", Verdict.TRIGGERED, reason="12 missing: write 0 and 11 more", listed=LONG))


def printed(what: Decision, *, verbose: bool) -> str:
    """What the terminal shows."""
    raw = StringIO()
    show(what, Console(file=raw, width=80), verbose)
    return raw.getvalue()


def test_the_page_folds_the_whole_list() -> None:
    """
    Every entry is there, below a line that says how many there are.
    """
    html = page(made(), Ledger())
    assert "<summary>The whole list: 12</summary>" in html
    assert all(f"<li>{line}</li>" in html for line in LONG)


def test_the_terminal_folds_the_list_unless_everything_is_asked_for() -> None:
    """
    Four entries, then how many more there are and where.
    """
    assert "- and 8 more: see decision.html, or --verbose" in printed(made(), verbose=False)
    assert all(f"- {line}" in printed(made(), verbose=True) for line in LONG)


def test_every_check_that_waits_is_named_where_everything_is_asked_for() -> None:
    """
    The first three are told otherwise.
    """
    causes = tuple(Cause(kind="not-reached", text=text, checks=WAITING) for text in ("no network", "no door"))
    waiting = decision(finding("features", Verdict.UNPROVEN, causes=causes))
    assert "test_2 and 6 more" in " ".join(printed(waiting, verbose=False).split())
    assert all(name.rpartition("::")[2] in printed(waiting, verbose=True) for name in WAITING)


def test_the_comment_and_what_programs_read_have_the_whole_list() -> None:
    """
    Markdown as far as a forge takes it; JUnit, CTRF and Allure without an end.
    """
    (found,) = made().findings
    programs = (junit.document(made()), str(ctrf.document(made())), str(result(made(), found, [], "x")))
    assert all(line in text for text in (comment(made()), *programs) for line in LONG)


def test_the_page_folds_the_names_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The worst are open, the others one click away, and none is left out.
    """
    rows = [NameRow(f"name-{number:03}", 5, 0, None, None, None) for number in range(MOST_NAMES + 3)]
    monkeypatch.setattr("reports.charts.shared.gallery", lambda *_: Gallery(names=rows))
    html = page(made(), Ledger())
    assert "<summary>3 more names</summary>" in html
    assert all(f"<b>{row.name}</b>" in html for row in rows)
    assert html.index(rows[MOST_NAMES - 1].name) < html.index("3 more names") < html.index(rows[MOST_NAMES].name)
