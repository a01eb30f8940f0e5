"""The engine finds every report without knowing one."""

import io
from pathlib import Path

from rich.console import Console

from rollout.evidence import Ledger
from rollout.render import show, write_reports
from tests.reports.samples import full_decision


def test_all_three_files_are_written(tmp_path: Path) -> None:
    """
    A gate leaves the decision as JSON, Markdown and page.
    """
    written = write_reports(full_decision(), Ledger(), tmp_path / "phase1")
    assert {"decision.html", "decision.json", "decision.md"} <= {path.name for path in written}
    assert all(path.stat().st_size > 0 for path in written)


def test_the_terminal_is_found() -> None:
    """
    The decision is printed by whatever is installed for it.
    """
    console = Console(record=True, width=100, file=io.StringIO())
    show(full_decision(), console)
    assert "GO by override of NO-GO" in console.export_text()
