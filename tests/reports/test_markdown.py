"""The comment fits, decides first and cannot be abused by evidence."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from reports.markdown import MOST_BYTES, comment
from rollout.judge.decision import Decision
from rollout.judge.finding import CheckNote
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding, full_decision

HOSTILE = (
    "@everyone #1 org/repo#2 | ` `` ``` | <img src=x onerror=alert(1)> </details> [click](http://evil.example) "
    "![x](http://evil.example/p.png) **bold** ~~gone~~ $x$ www.evil.example &lt;b&gt; \\| {{7*7}}\n# heading\n/close"
)


def rendered(text: str) -> str:
    """HTML as a forge makes it, tables and raw HTML included."""
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def cells(made: Decision) -> list[int]:
    """How many cells each row of each table has."""
    rows = re.findall(r"<tr>(.*?)</tr>", rendered(comment(made)), re.DOTALL)
    return [len(re.findall(r"<t[hd][ >]", row)) for row in rows]


def hostile(count: int = 1) -> Decision:
    """A decision all of whose evidence is an attack."""
    facts = {"reason": HOSTILE, "value": HOSTILE, "next": HOSTILE, "margin": HOSTILE, "n_unit": HOSTILE}
    found = [finding(f"bad-{number}", Verdict.BROKEN, **facts) for number in range(count)]
    return decision(*found, release=HOSTILE, target=HOSTILE, not_applicable={"phase1.x": HOSTILE})


def test_the_decision_comes_first() -> None:
    """
    Who reads only the first line knows what may happen next.
    """
    assert comment(decision()).splitlines()[0] == "## ✅ GO"
    assert comment(decision(finding("x", Verdict.UNPROVEN))).splitlines()[0] == "## ⏸️ HOLD"
    assert comment(decision(finding("x", Verdict.BROKEN))).splitlines()[0] == "## ⛔ NO-GO"
    assert comment(decision(finding("x", Verdict.TRIGGERED))).splitlines()[0] == "## ⏪ ROLLBACK"
    assert comment(full_decision()).splitlines()[0].startswith("## ⚠️ GO by override of NO-GO")


def test_what_fails_stands_above_the_fold() -> None:
    """
    Reason, value and next step of what is not met come before the folded table.
    """
    above = comment(full_decision()).partition("<details>")[0]
    assert "**BROKEN** response-times: p95 612 ms (limit &lt; 500 ms)" in above
    assert "next: find the slowest names" in above
    assert "services-healthy" not in above


@pytest.mark.parametrize("made", [decision(), full_decision(), hostile(), hostile(20)])
def test_every_table_row_has_six_cells(made: Decision) -> None:
    """
    No pipe or line end in evidence makes or breaks a cell.
    """
    assert set(cells(made)) == {6}


@pytest.mark.parametrize(
    "line",
    [
        "curl -X POST -H 'content-type: application/json' --data-raw '{\"name\":\"a|b `c` @me\"}' http://t/api/v1/x?a=1&b=2",
        "echo eyJ+/== | base64 -d | curl -X POST --data-binary @- http://t/x",
    ],
)
def test_a_command_line_can_be_pasted(line: str) -> None:
    """
    It is code, in the list and in the table: nothing invisible stands in it, and nothing is lost.
    """
    failed = (CheckNote(node="t.py::one", message=f"got 500; last request: {line}"),) * 2
    html = rendered(
        comment(decision(finding("x", Verdict.BROKEN, reason=f"got 500; last request: {line}", failing=failed)))
    )
    assert [unescape(each) for each in re.findall("<code>(.*?)</code>", html)].count(line) == 4


def test_a_command_line_that_is_too_long_is_cut_like_other_text() -> None:
    """
    A comment has an end.
    """
    made = comment(decision(finding("x", Verdict.BROKEN, reason=f"got 500; last request: curl -X POST {'x' * 5000}")))
    assert "x" * 500 not in made
    assert "<code>curl" not in rendered(made)


def test_evidence_makes_no_markup() -> None:
    """
    Nothing but our own elements comes out, and no link, image or code from a target.
    """
    html = rendered(comment(hostile()))
    elements = set(re.findall(r"<([a-z0-9]+)", html))
    assert elements <= {
        "h2",
        "p",
        "ul",
        "li",
        "strong",
        "details",
        "summary",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
    }
    assert html.count("<details>") == html.count("</details>") == comment(hostile()).count("<details>")
    assert html.count("<code>") == len(hostile().journals)


def test_evidence_mentions_and_links_nobody() -> None:
    """
    A forge that looks for names, issues and addresses in the text finds none.
    """
    text = comment(hostile())
    assert not re.search(r"@\w", text)
    assert not re.search(r"#\d", text)
    assert "://" not in text
    assert "www." not in text
    assert not re.search(r"^\s*/", text, re.MULTILINE)


@pytest.mark.parametrize("count", [1, 40, 400])
def test_the_comment_fits(count: int) -> None:
    """
    However much fails, the comment stays below the forge's limit, and says what it leaves out.
    """
    text = comment(hostile(count))
    assert len(text.encode()) <= MOST_BYTES
    if count == 400:
        assert "more, see decision.html" in text
