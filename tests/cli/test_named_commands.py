"""Whatever a page, the plan or a message tells people to type can be typed."""

import pytest

from tests.cli.command_parsers import Refused, complaints_of_locust, parse
from tests.cli.named_commands import KNOWN, LATER, ROOT, SAMPLES, Named, in_text, named

EVERY = {str(each): each for each in named()}
OF_LOCUST = [each for each in EVERY.values() if each.program == "locust"]
OTHERS = [each for each in EVERY.values() if each.program != "locust"]
LEAST = {"rollout": 200, "python -m": 10, "locust": 6, "pytest": 6}  # so many are found, or the finder is blind
SCRIPTS = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir()}


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that are named are those of this checkout."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("each", OTHERS, ids=str)
def test_a_command_that_is_named_can_be_typed(each: Named, pytestconfig: pytest.Config) -> None:
    """
    It is parsed, with a phase for PHASE and the like, and nothing is missing or unknown.
    """
    parse(typed(each), pytestconfig)


def test_what_locust_is_told_to_do_it_can_do() -> None:
    """
    Its parser, with the options added to it, takes each of the lines.
    """
    complaints = complaints_of_locust(typed(each).words for each in OF_LOCUST)
    assert {str(each): why for each, why in zip(OF_LOCUST, complaints, strict=True) if why} == {}


def test_the_lines_of_every_program_are_found() -> None:
    """
    Each script is named somewhere, and pytest, locust and modules are in more lines than one.
    """
    programs = [each.program for each in EVERY.values()]
    assert {name: programs.count(name) >= least for name, least in LEAST.items()} == dict.fromkeys(LEAST, True)
    assert {name for name in programs if name.startswith("scripts/")} == SCRIPTS


@pytest.mark.parametrize(
    "text",
    [
        "collect the forms: rollout attest phase2.team-feedback --answers FILE",
        "run: rollout status phase3",
        "say `rollout gate PHASE --quickly`",
        "say `scripts/gate PHASE --quickly`",
        "`scripts/setup everything` makes it",
        "`scripts/lock --downgrade` takes the oldest",
        "`scripts/deploy` goes on",
        "`scripts/mutate random --number 3` draws some",
        "`scripts/test tests/nowhere`",
        "`pytest -m phase99`",
        "`pytest tests --slowly`",
        "`python -m benchmarks.ledger`",
        "`python -m benchmarks.simulations widths`",
        "`python -m benchmarks.nothing`",
        "`python -m tests.judge.said findings.json`",
        "`python -m rollout.values`",
    ],
)
def test_a_command_that_is_not_there_is_seen(text: str, pytestconfig: pytest.Config) -> None:
    """
    An attestation without a name, an option that does not exist, a file, a phase or a module that is not there: refused.
    """
    (each,) = in_text("here", text)
    with pytest.raises(Refused):
        parse(typed(each), pytestconfig)


def test_an_option_that_locust_lacks_is_seen() -> None:
    """
    Its own are told from the added ones by nobody: both are asked of one parser.
    """
    lines = (("--headless", "--phase", "phase1"), ("--headless", "--stage", "phase1"), ("--gaps", "none"))
    assert complaints_of_locust(lines) == ["", "exit 2", "exit 2"]


def test_a_sentence_ends_a_command() -> None:
    """
    What a sentence says after a command is no argument of it.
    """
    text = "let rollout watch phase1 --for 48h run to its end; rollout doctor names the settings"
    assert [each.words for each in in_text("here", text)] == [("watch", "phase1", "--for", "48h"), ("doctor",)]
    assert LATER.isdisjoint(KNOWN)


def typed(each: Named) -> Named:
    """A command line as somebody might type it."""
    return Named(
        each.place, each.program, tuple(SAMPLES.get(word, word.replace("<phase>", "phase3")) for word in each.words)
    )
