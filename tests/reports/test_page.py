"""The page stands alone, says why first, and no evidence becomes part of it."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports.page import journals, page, render
from reports.planned import way_back
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from rollout.plan.parse import plan_hash
from tests.reports import evidence
from tests.reports.outcomes import made as outcome_made
from tests.reports.samples import decision, finding, full_decision, latency

STATES = finding("any").states
PAYLOADS = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("<svg onload=alert(1)><title>x</title></svg>", id="a picture that acts"),
    pytest.param('" onmouseover="alert(1)" x="', id="an attribute"),
    pytest.param("' autofocus onfocus='alert(1)", id="an attribute in single quotes"),
    pytest.param("</style><style>*{display:none}", id="a style"),
    pytest.param("</title></head><base href=//evil.example>", id="another base"),
    pytest.param("{{ 7 * 7 }}{% for x in y %}", id="a template"),
    pytest.param("javascript:alert(1)", id="an address that acts"),
    pytest.param("&lt;script&gt;", id="escaped already"),
    pytest.param("\x1b[31m\x00\u202eevil", id="controls"),
]


class Outline(HTMLParser):
    """The elements of a page with their attributes, and its visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep every element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep every word."""
        self.text.append(data)


def outline(made: Decision, ledger: Ledger | None = None) -> Outline:
    """The page of a decision, parsed."""
    return Outline(page(made, ledger or Ledger()))


def hostile(payload: str) -> Decision:
    """A decision with *payload* wherever text can come from outside."""
    told = {
        name: payload
        for name in ("reason", "value", "n_unit", "window", "bound", "margin", "next", "sentence", "states", "limit")
    }
    return decision(
        finding("services-healthy", Verdict.BROKEN, evidence=(payload,), **told),
        target=payload,
        release=payload,
        environment=payload,
        title=payload,
        not_applicable={payload: payload},
        journals={payload: payload},
    )


@cache
def attack(payload: str) -> Outline:
    """The page of an attack, parsed."""
    return outline(hostile(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_evidence_never_becomes_markup(payload: str) -> None:
    """
    The page of an attack has the same elements and attribute names as the page of honest words.
    """
    attacked, honest = attack(payload), attack("words")
    assert [(tag, sorted(attrs)) for tag, attrs in attacked.elements] == [
        (tag, sorted(attrs)) for tag, attrs in honest.elements
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_evidence_shows_as_it_was_written(payload: str) -> None:
    """
    What a target said can be read, down to its angle brackets.
    """
    visible = re.sub(r"\x1b\[31m|[\x00\u202e]", "", payload)
    assert visible in "".join(attack(payload).text)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """
    No address is loaded, no script is there, and a policy forbids both; links lead to places on it and files beside it.
    """
    text = page(full_decision(), Ledger())
    found = Outline(text)
    assert {tag for tag, _ in found.elements}.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    addresses = [
        attrs[name] for _, attrs in found.elements for name in ("src", "href", "action", "xlink:href") if name in attrs
    ]
    beside = {"data:,", "decision.md", "decision.json"}
    assert [address for address in addresses if address not in beside and not str(address).startswith("#")] == []
    policy = next(
        attrs["content"] for tag, attrs in found.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize(
    ("made", "word", "why"),
    [
        pytest.param(decision(), "GO", "Go on: all 2 criteria hold.", id="a GO"),
        pytest.param(
            decision(finding("signed", Verdict.UNPROVEN, reason="nobody has attested it")),
            "HOLD",
            f"Hold: “{STATES}” is not proven (signed): nobody has attested it.",
            id="a HOLD",
        ),
        pytest.param(
            decision(latency(Verdict.BROKEN, 612.0), finding("x")),
            "NO-GO",
            "Do not go on: “95 of 100 requests are answered below the limit” does not hold (response-times): p95 612 ms, limit < 500 ms.",
            id="a NO-GO",
        ),
        pytest.param(
            decision(finding("data", Verdict.TRIGGERED, reason="2 writes lost.")),
            "ROLLBACK",
            f"Roll back: “{STATES}” does not hold (data): 2 writes lost.",
            id="a ROLLBACK",
        ),
        pytest.param(
            full_decision(),
            "GO by override",
            "Go on by override: Ada takes responsibility: known and harmless; it would be NO-GO.",
            id="an override",
        ),
    ],
)
def test_the_top_says_what_to_do_and_why(made: Decision, word: str, why: str) -> None:
    """
    The first heading is the decision and the sentence below it the reason.
    """
    text = page(made, Ledger())
    assert re.search(rf"<h1[^>]*>{word}</h1>", text)
    assert f'<p id="why">{why}</p>' in text.replace("&lt;", "<")


def test_a_rehearsal_of_a_real_target_says_why_it_holds() -> None:
    """
    A HOLD without any open criterion explains itself.
    """
    made = decision(window_s=60, environment="staging", outcome="HOLD")
    assert "but a rehearsal never lets a staging system through" in page(made, Ledger())


def test_what_is_not_met_is_open_and_first() -> None:
    """
    Findings that decide are unfolded, those that are met are folded below them.
    """
    cards = [attrs for tag, attrs in outline(full_decision()).elements if tag == "details"]
    assert [(card["data-verdict"], "open" in card) for card in cards] == [
        ("BROKEN", True),
        ("UNPROVEN", True),
        ("MET", False),
        ("MET", False),
        ("BROKEN", False),  # advisory, in a section of its own
    ]


def test_a_rollback_brings_its_procedure() -> None:
    """
    Who is woken up finds the commands of the plan on the page, if the plan is still the one of the decision.
    """
    triggered = finding("data", Verdict.TRIGGERED)
    known = "".join(outline(decision(triggered, plan=plan_hash(load_plan()), environment="production")).text)
    assert "Revert to previous version." in known
    assert "kubectl set env deployment/xcodereviewer-backend" in known
    assert "rollout rollback phase1 --target standin --dry-run" in known  # the name that the sample has
    unknown = "".join(outline(decision(triggered)).text)
    assert "The plan has changed since" in unknown
    assert "kubectl" not in unknown


def test_steps_of_other_phases_are_no_advice() -> None:
    """
    Phase 1 has no share of users to reduce; phase 4 has.
    """
    assert "Reduce rollout percentage" not in way_back_text(finding("error-rate", Verdict.TRIGGERED))
    fourth = finding("error-rate", Verdict.TRIGGERED, id="phase4.error-rate")
    assert "Reduce rollout percentage" in way_back_text(fourth, phase="phase4")


@pytest.mark.parametrize(
    ("phase", "first"),
    [("phase1", "Revert to previous version"), ("phase2", "Emergency Rollback"), ("phase4", "Gradual Rollback")],
)
def test_the_procedure_that_the_plan_names_for_the_phase_comes_first(phase: str, first: str) -> None:
    """
    Who is woken up begins at the top: the steps for an emergency stand below, where the plan names other ones.
    """
    triggered = finding("error-rate", Verdict.TRIGGERED, id=f"{phase}.error-rate")
    way = way_back(decision(triggered, phase=phase, environment="production", plan=plan_hash(load_plan())), load_plan())
    assert way is not None
    assert way.procedures[0].title == first


def way_back_text(*findings: Finding, **facts: Any) -> str:
    """The words of a page about today's plan."""
    base = {"plan": plan_hash(load_plan()), "environment": "production"}
    return "".join(outline(decision(*findings, **base | facts)).text)


def test_missing_pictures_are_explained() -> None:
    """
    No plot without data: a sentence says what is missing.
    """
    assert "plan.toml is not the plan of this decision any more" in page(decision(), Ledger())
    known = page(decision(plan=plan_hash(load_plan())), Ledger())
    assert "Latency, errors and arrivals: no load has run." in known


def test_every_picture_says_how_to_read_it(tmp_path: Path) -> None:
    """
    In one line below it.
    """
    drawn = page(*outcome_made("NO-GO", tmp_path))
    pictures = re.findall(r"<figcaption>.*?</figcaption>", drawn)
    assert len(pictures) > 5
    assert [each for each in pictures if "How to read: " not in each] == []


def test_the_state_of_each_journal_is_told(tmp_path: Path) -> None:
    """
    Complete, without its end, changed since and not at hand are four different things.
    """
    plan = load_plan()
    evidence.checks(tmp_path, plan)
    evidence.load(tmp_path, plan, evidence.Run(seconds=2, finish=False))
    made, ledger = evidence.judged(tmp_path)
    assert [row.state for row in journals(made, ledger)] == ["complete", "without its end"]
    other = made.model_copy(update={"journals": dict.fromkeys(made.journals, "0" * 64) | {"gone": "1" * 64}})
    assert [row.state for row in journals(other, ledger)] == ["changed since", "changed since", "not at hand"]


def test_rendering_writes_one_file(tmp_path: Path) -> None:
    """
    The renderer leaves decision.html and nothing beside it.
    """
    assert render(full_decision(), Ledger(), tmp_path) == tmp_path / "decision.html"
    assert [file.name for file in tmp_path.iterdir()] == ["decision.html"]
