"""The decision in the terminal is complete, narrow enough and never more than text."""

import io
import re

import pytest
from rich.console import Console

from reports.markdown import comment
from reports.page import page
from reports.terminal import show
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import CheckNote
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding, full_decision, latency


def printed(made: Decision, width: int = 140, encoding: str = "utf-8", **options: object) -> str:
    """What the terminal gets."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    show(made, Console(file=file, width=width, **options))  # type: ignore[arg-type]  # rich's options, passed through
    file.flush()
    return raw.getvalue().decode(encoding)


def squeezed(text: str) -> str:
    """Text without the borders and line ends that depend on the width."""
    return re.sub(r"[\s┃]+", " ", text)


@pytest.mark.parametrize("width", [60, 80, 140, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """
    Eighty columns are enough, and so are sixty.
    """
    assert max(map(len, printed(full_decision(), width).splitlines())) <= width


def test_a_phase_before_is_named_once() -> None:
    """
    Its id stands beside what is said of it, in every report.
    """
    made = full_decision()
    assert re.search(r"^predeploy no evidence about release 2\.0\.0$", printed(made), re.MULTILINE)
    assert "- predeploy: no evidence about release 2.0.0\n" in comment(made)
    assert "<b>? predeploy</b> no evidence about release 2.0.0</li>" in page(made, Ledger())


@pytest.mark.parametrize("width", [80, 140])
def test_everything_that_decides_is_there(width: int) -> None:
    """
    Decision, values, limits, samples, reasons and next steps show at every width.
    """
    shown = squeezed(printed(full_decision(), width))
    for fact in (
        "GO by override of NO-GO",
        "p95 612 ms",
        "< 500 ms",
        "1,200",
        "next: find the slowest",
        "profile them",
    ):
        assert fact in shown, fact
    for part in ("Advisory, decides nothing", "1 criterion not applicable here", "serves plain HTTP", "Phases before"):
        assert part in shown, part


def test_the_worst_comes_first() -> None:
    """
    Nobody scrolls past what is met to find what is not.
    """
    made = decision(finding("good"), finding("open", Verdict.UNPROVEN), finding("bad", Verdict.BROKEN))
    assert re.findall(r"UNPROVEN|BROKEN|1 met:|[✓] \w+", printed(made)) == ["BROKEN", "UNPROVEN", "1 met:", "✓ good"]


def test_without_colour_marks_and_words_carry_the_verdict() -> None:
    """
    A log file shows the verdict as a mark and as a word, without escape sequences.
    """
    shown = printed(full_decision(), no_color=True)
    assert "\x1b" not in shown
    assert "✗ BROKEN" in shown
    assert "? UNPROVEN" in shown


def test_an_ascii_terminal_gets_ascii() -> None:
    """
    A terminal that knows no other letters is not a reason to crash.
    """
    shown = printed(full_decision(), encoding="ascii")
    assert "x BROKEN" in shown
    assert "GO by override of NO-GO" in shown


def test_hostile_evidence_is_shown_literally() -> None:
    """
    Neither terminal escapes nor rich's own markup from a target take effect.
    """
    hostile = finding(
        "services-healthy",
        Verdict.BROKEN,
        reason="[red]fine[/red] \x1b[32mGO\x1b[0m [link=http://evil.example]x[/link]",
        value="[/] :smile: \r\x1b[2K",
        next="\x1b]0;owned\x07run it",
    )
    shown = printed(decision(hostile), force_terminal=True, color_system="truecolor")
    assert "[red]fine[/red] GO [link=http://evil.example]x[/link]" in squeezed(re.sub(r"\x1b\[[\d;]*m", "", shown))
    assert ":smile:" in shown
    assert not re.search(r"\x1b(?!\[[\d;]*m)", shown), "an escape other than our own colours came through"
    assert "\r" not in shown


def test_a_rollback_names_what_triggered_it() -> None:
    """
    The first lines say what to do and which criterion says so.
    """
    made = decision(
        latency(Verdict.TRIGGERED, reason="90 of 160 requests within 8 s"), finding("other", Verdict.BROKEN)
    )
    head = squeezed(printed(made)[:1500])
    assert "does not hold (response-times): 90 of 160 requests within 8 s; 1 other criterion not met either." in head


def test_what_is_met_takes_a_line_each() -> None:
    """
    A value that is too long ends between two words; nothing else about it shows unless everything is asked for.
    """
    made = decision(finding("good", value="of many words " * 20), finding("fine"))
    shown = printed(made, 80)
    (line,) = [line.rstrip() for line in shown.splitlines() if line.startswith("✓ good")]
    assert re.fullmatch(r"✓ good (of|many|words| )+ …", line)
    assert "1 failing check would break it" not in shown
    assert "1 failing check would break it" in verbosely(made)


def test_no_word_is_broken_in_eighty_columns() -> None:
    """
    Each word of the reasons and next steps stands on one line.
    """
    made = full_decision()
    lines = [set(line.split()) for line in printed(made, 80).splitlines()]
    told = " ".join(f"{item.reason} {item.next} {item.states}" for item in made.deciding if item.verdict > Verdict.MET)
    assert [word for word in told.split() if not any({word, f"{word};"} & line for line in lines)] == []


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=["NO_COLOR", "dumb", "a pipe"])
def test_where_nobody_sees_colours_there_are_none(variables: dict[str, str]) -> None:
    """
    NO_COLOR, a dumb terminal and a pipe get no colours.
    """
    terminal = bool(variables)
    shown = printed(full_decision(), 80, force_terminal=terminal, _environ=variables)
    assert re.search(r"\x1b\[[\d;]*3\dm", shown) is None


def test_every_failing_check_is_told() -> None:
    """
    The first four in short, all of them where everything is asked for.
    """
    notes = tuple(CheckNote(node=f"smoke/test_a.py::test_{number}", message="got 500, want 200") for number in range(9))
    made = decision(finding("broken", Verdict.BROKEN, failing=notes))
    assert "- and 5 more: see decision.html, or --verbose" in printed(made, 80)
    assert all(f"- test_{number}: got 500, want 200" in verbosely(made) for number in range(9))


def verbosely(made: Decision) -> str:
    """What the terminal gets where everything is asked for."""
    raw = io.StringIO()
    show(made, Console(file=raw, width=80), verbose=True)
    return raw.getvalue()
