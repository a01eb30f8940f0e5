"""`rollout gameday PHASE`: a fault of the stand-in is switched on secretly, or none; the players notice it and roll back."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rollout.at_work import Begin, users_of
from rollout.cli.gameday_lines import line, shown
from rollout.cli.options import Journals, PlanFile, Release, TargetName, length, phase_names, place, rules_of
from rollout.cli.output import console
from rollout.cli.terminable import terminable
from rollout.embedded import running_state, target_at_hand
from rollout.gameday.candidates import candidates
from rollout.gameday.commitment import WrongOpening, hide
from rollout.gameday.keeper import standin_switch
from rollout.gameday.play import GamedayRound, Setting
from rollout.gameday.round_account import account_in
from rollout.gameday.round_plan import round_plan
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.kept import on_stderr
from rollout.project import current_project
from rollout.suite import Suite, suite_of
from rollout.target import TargetError
from rollout.values import STANDIN

SHORTEST_S = 15.0
PhaseOrNone = Annotated[
    str | None, typer.Argument(metavar="PHASE", help="a phase of the plan", autocompletion=phase_names)
]
For = Annotated[float, typer.Option("--for", metavar="TIME", parser=length, help="how long a round lasts at most")]
By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="who watches and decides; without it the watch decides alone")
]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document instead of lines")]
Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="FILE", parser=place, help="check the journal of a round again; plays none"),
]


def gameday(
    phase: PhaseOrNone = None,
    for_: For = 40.0,
    by: By = "",
    target: TargetName = None,
    release: Release = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
    journals: Journals = None,
    check: Check = None,
) -> int:
    """
    Play one round: a fault of the stand-in is hidden, or none; notice it, decide, roll back. Exit 0 if that went well, else 10.

    What is hidden is committed to first, and opened at the end. No decision reads the journals of a round.
    """
    if (phase is None) == (check is None):
        raise ValueError("gameday: name a phase to play a round of, or the journal of a round with --check; not both")
    if phase is None:
        assert check is not None
        return checked(check, as_json)
    out = console()
    rules = round_plan(rules_of(plan))
    rules.phase(phase)
    suite = suite_of(rules)
    begin, hideable = refuse_unfit(suite, target, for_), candidates(rules, phase)
    with terminable(), target_at_hand(suite, None, tell=on_stderr) as system:
        seen = release or suite.observed_release(system)
        folder = journals or new_folder(system.name)
        setting = Setting(rules, phase, system, seen, for_, folder, by)
        game = GamedayRound(setting, len(hideable), lambda text: None if as_json else line(out, text))
        state = running_state(suite) or {}  # that of the target at hand
        account = game.play(hide(hideable, for_), begin, standin_switch(suite, state), sys.stdin)
    shown(out, account, game.journal.path, as_json)
    return EXIT_CODES[Outcome.GO if account.went_well else Outcome.NO_GO]


def refuse_unfit(suite: Suite, target: str | None, for_s: float) -> Begin:
    """The entry point that starts users at work; TargetError or ValueError if no round is possible."""
    if target not in (None, STANDIN):
        raise TargetError(
            f"gameday: no fault is marked safe for a real target, so none is caused on {target!r}: leave --target out,"
            " and practise on the stand-in"
        )
    if for_s < SHORTEST_S:
        raise ValueError(f"--for: a round of {for_s:g} s leaves no time to notice anything; {SHORTEST_S:g}s at least")
    return users_of(suite.name)


def new_folder(target: str) -> Path:
    """The folder for the journals of a round: outside of the target's phases, so that no decision reads it."""
    return current_project().results / target / "gameday" / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"


def checked(journal: Path, as_json: bool) -> int:
    """Show the account of a round from its journal; exit code 10 if its opening does not match the commitment."""
    if not journal.is_file():
        raise ValueError(f"--check: no journal at {journal}; name the file that the round told")
    out = console()
    try:
        shown(out, account_in(journal), journal, as_json)
    except WrongOpening as error:
        line(out, f"refused: {error}", "red")
        return EXIT_CODES[Outcome.NO_GO]
    return EXIT_CODES[Outcome.GO]
