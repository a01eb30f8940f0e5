"""What a target or a person says reaches Allure, which people sign, as text: no hidden character, no picture, no link."""

import json
from pathlib import Path
from typing import Any

from reports.allure import render
from rollout.evidence import Ledger
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding

RAW = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066")
SAID = "\x1b]0;owned\x07\x9b\u202e\u2066 ![x](https://evil.example/seen.png) <img src=https://evil.example/a> *so*"


def strings(content: Any) -> list[str]:
    """Every text of a document, keys included."""
    if isinstance(content, dict):
        return [each for pair in content.items() for part in pair for each in strings(part)]
    return [each for part in content for each in strings(part)] if isinstance(content, list) else [str(content)]


def test_nothing_hidden_and_no_picture_of_a_stranger_reaches_the_report(tmp_path: Path) -> None:
    """
    Results, executor and configuration: escape sequences and turned text are gone, and Markdown of a target stays text.
    """
    facts = {"source": "drill", "reason": SAID, "value": SAID, "next": SAID, "margin": SAID}
    made = decision(finding("rollback-drilled", Verdict.BROKEN, **facts), release=f"2.0{SAID}")
    render(made, Ledger(), tmp_path)
    documents = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("*.json")}
    assert {"executor.json", "allurerc.json"} < set(documents)
    for name, content in documents.items():
        assert not [text for text in strings(content) if any(sign in text for sign in RAW)], name
    (told,) = [content["description"] for content in documents.values() if "rollback-drilled" in str(content)]
    assert "!\\[x\\](" in told
    assert "<img" not in told
    assert "https://" not in told
