"""What commands print: for a person at a terminal, for a pipe, and for who wants no colours."""

import pytest
from rich.table import Table
from typer import rich_utils

from rollout.cli.output import console
from rollout.cli.plain_help import plain_help

ESCAPE = "\x1b"


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """A bold heading and a table, as a command prints them."""
    table = Table("name", "found")
    table.add_row("ready", "yes")
    console().print("heading", style="bold red")
    console().print(table)
    return capsys.readouterr().out


def test_no_line_in_a_pipe_ends_with_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Rich fills lines up to the width, which diffs and pasted text would show.
    """
    lines = printed(capsys).splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert lines[0] == "heading"


@pytest.mark.parametrize(
    ("variable", "value"),
    [pytest.param("NO_COLOR", "1", id="no colours wanted"), pytest.param("TERM", "dumb", id="a dumb terminal")],
)
def test_no_escape_code_is_printed_where_nobody_wants_one(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Bold is one too, and so is the line of a gate that moves; any other terminal gets them.
    """
    monkeypatch.setenv("FORCE_COLOR", "1")  # Rich takes what listens for a terminal
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert ESCAPE in printed(capsys)
    monkeypatch.setenv(variable, value)
    assert ESCAPE not in printed(capsys)
    assert not console().is_terminal


def test_help_has_no_escape_code_where_nobody_wants_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Typer asks only its own switch.
    """
    monkeypatch.setattr(rich_utils, "COLOR_SYSTEM", "auto")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    plain_help()
    assert rich_utils._get_rich_console().color_system is None
