"""A notifier is one file and one line: it is told the decision of a gate, and says whether it could tell people."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from rollout.cli.doctor_lines import show_extensions
from rollout.extensions import unusable
from rollout.judge.verdict import Verdict
from rollout.notify import Delivery, notice_of, notify, told
from tests.project.vendors import install
from tests.reports.samples import decision, finding

PAGER = """
from rollout.notify import Delivery

def send(notice):
    with open({file!r}, "a", encoding="utf-8") as file:
        file.write(notice.subject + "\\n" + notice.text)
    return Delivery(True, f"{{notice.phase}}: exit {{notice.decision.exit_code}}")

def full(notice):
    return Delivery(False, "mailbox full")

def broken(notice):
    raise OSError("no route to host")
"""
LINES = "[rollout.notifiers]\npager = vendor_pager:send\nmail = vendor_pager:full\nchat = vendor_pager:broken\n"
SAID = decision(
    finding("error-rate", Verdict.BROKEN, reason="4 of 100 requests failed"),
    finding("latency"),
)


def test_nobody_is_told_where_no_package_tells() -> None:
    """
    The engine itself sends nothing.
    """
    assert list(notify(notice_of(SAID))) == []


def test_every_notifier_is_told_and_one_that_fails_keeps_none_from_it(site: Path) -> None:
    """
    What it raises is a notice that was not delivered; the line says which package it was.
    """
    install(site, "vendor_pager", PAGER.format(file=str(site / "paged")), LINES)
    done = dict(notify(notice_of(SAID)))
    assert list(done) == ["chat", "mail", "pager"]
    assert done["mail"] == Delivery(False, "mailbox full")
    assert done["pager"] == Delivery(True, "phase1: exit 10")
    assert not done["chat"].delivered
    assert "chat of package vendor_pager (vendor_pager:broken) failed: OSError: no route to host" in done["chat"].said


def test_a_notice_says_the_decision_and_what_is_not_met(site: Path) -> None:
    """
    Its subject fits a line; what is met is not told.
    """
    install(site, "vendor_pager", PAGER.format(file=str(site / "paged")), LINES)
    list(notify(notice_of(SAID)))
    subject, *text = (site / "paged").read_text(encoding="utf-8").splitlines()
    assert subject == f"phase1 of {SAID.release} on {SAID.target}: NO-GO"
    assert text == [SAID.line, "phase1.error-rate: BROKEN: 4 of 100 requests failed"]


def test_a_line_tells_what_became_of_a_notice() -> None:
    """
    Whether people were told comes first.
    """
    assert told("pager", Delivery(True)) == "pager: told"
    assert told("mail", Delivery(False, "mailbox full")) == "mail: not told: mailbox full"


def test_the_doctor_lists_a_notifier(site: Path) -> None:
    """
    Beside all else that packages add.
    """
    install(site, "vendor_pager", PAGER.format(file=str(site / "paged")), LINES)
    out = StringIO()
    show_extensions(Console(width=300, file=out), unusable())
    assert "rollout.notifiers (the decision of a gate, told to people): chat, mail, pager" in out.getvalue()
