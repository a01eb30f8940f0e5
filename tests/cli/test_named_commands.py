"""Whatever a page, the plan or a message tells people to type can be typed."""

from typing import Any

import pytest
import typer.main

from rollout.cli.app import application
from rollout.cli.usage import UsageError
from standin.cli import _parser as standin_parser
from tests.cli.named_commands import KNOWN, LATER, ROOT, SAMPLES, Named, in_text, named

SHOWN = {"-h", "--help", "--version", "--install-completion"}
EVERY = {str(each): each for each in named()}


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that are named are those of this checkout."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("each", EVERY.values(), ids=list(EVERY))
def test_a_command_that_is_named_can_be_typed(each: Named) -> None:
    """
    It is parsed, with a phase for PHASE and the like, and nothing is missing or unknown.
    """
    if len(each.words) == 1 and not each.words[0].startswith("-"):
        assert each.words[0] in KNOWN
    else:
        parse([sample(word) for word in each.words])


def test_a_command_without_what_it_needs_is_seen() -> None:
    """
    An attestation without a name, a command that is not there yet and an option that does not exist are refused.
    """
    for text in (
        "collect the forms: rollout attest phase2.team-feedback --answers FILE",
        "run: rollout status phase3",
        "say `rollout gate PHASE --quickly`",
    ):
        (each,) = in_text("here", text)
        with pytest.raises(UsageError):
            parse([sample(word) for word in each.words])


def test_a_sentence_ends_a_command() -> None:
    """
    What a sentence says after a command is no argument of it.
    """
    text = "let rollout watch phase1 --for 48h run to its end; rollout doctor names the settings"
    assert [each.words for each in in_text("here", text)] == [("watch", "phase1", "--for", "48h"), ("doctor",)]
    assert LATER.isdisjoint(KNOWN)


def sample(word: str) -> str:
    """A word as somebody might type it."""
    return SAMPLES.get(word, word.replace("<phase>", "phase3"))


def parse(words: list[str]) -> None:
    """Parse a command line down to its last command, without running it; UsageError says what is wrong."""
    command: Any = typer.main.get_command(application())
    context, left = None, words
    while hasattr(command, "commands"):
        if not left or left[0] in SHOWN:  # what these do when they are parsed is shown by tests of their own
            return
        context = command.make_context("rollout", left, parent=context)
        left = [*getattr(context, "_protected_args", ()), *context.args]
        name, command, left = command.resolve_command(context, left)
        if name == "standin":
            standin_parser().parse_args(left)
            return
    if not SHOWN & set(left):
        command.make_context(command.name, left, parent=context)
