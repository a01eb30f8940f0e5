"""`python -m benchmarks.gameday [ROUNDS] [SEED]`: blind rounds of a game day, each on a stand-in of its own, as table and plot of docs/drills.md."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import getloadavg
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.processes import ROOT
from benchmarks.simulations import fill, write
from reports.charts.chart import Axis, Chart
from reports.charts.lines import COLOURS, STYLE, WIDTH
from reports.charts.vega import svg
from rollout.at_work import users_of
from rollout.cli.gameday_lines import opening
from rollout.embedded import booted, handed_over
from rollout.gameday.candidates import candidates
from rollout.gameday.commitment import Hidden, WrongOpening, hide
from rollout.gameday.keeper import standin_switch
from rollout.gameday.play import GamedayRound, Setting
from rollout.gameday.round_account import RoundAccount
from rollout.gameday.round_plan import round_plan
from rollout.plan import Plan, load_plan
from rollout.suite import suite_of

PHASE, FOR_S, ROUNDS, SEED = "phase3", 40.0, 20, 12
ROW, MARGIN = 22, 70  # pixels
NEVER = "not noticed"
PAGE, PICTURE = ROOT / "docs" / "drills.md", ROOT / "docs" / "images" / "gameday.svg"


@dataclass(frozen=True)
class RoundSeries:
    """The accounts of some rounds, the number of *wrong* openings, and the load averages of the machine."""

    accounts: tuple[RoundAccount, ...]
    wrong: int
    loads: tuple[float, ...]

    def by_fault(self) -> dict[str, list[RoundAccount]]:
        """Name of a fault → its rounds that went without trouble."""
        told = [each for each in self.accounts if each.opened.fault and not each.opened.trouble]
        names = sorted({each.opened.fault for each in told})
        return {name: [each for each in told if each.opened.fault == name] for name in names}

    @property
    def without(self) -> list[RoundAccount]:
        """The rounds without a fault."""
        return [each for each in self.accounts if not each.opened.fault]


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.gameday", description=__doc__)
    made.add_argument("rounds", type=int, nargs="?", default=ROUNDS, metavar="ROUNDS", help="how many are played")
    made.add_argument("seed", type=int, nargs="?", default=SEED, metavar="SEED", help="it alone chooses the faults")
    return made


def main() -> int:
    """Play the rounds, and write the table and the plot."""
    asked = parser().parse_args()
    found = series(asked.rounds, asked.seed)
    write(PICTURE, picture(found))
    fill(PAGE, "gameday", table(found, asked.seed))
    print(table(found, asked.seed))
    return 0


def series(rounds: int, seed: int) -> RoundSeries:
    """Play *rounds* rounds one after the other; *seed* alone determines their faults."""
    rules, draw = round_plan(load_plan()), Random(seed)
    hideable = candidates(rules, PHASE)
    accounts, wrong, loads = [], 0, []
    for number, hidden in enumerate([hide(hideable, FOR_S, draw) for _ in range(rounds)], start=1):
        loads.append(getloadavg()[0])
        try:
            accounts.append(played(rules, len(hideable), hidden))
        except WrongOpening as error:
            wrong += 1
            print(f"{number}/{rounds}: {error}", file=sys.stderr)
        else:
            print(f"{number}/{rounds}: {'; '.join(opening(accounts[-1]))}", file=sys.stderr)
    return RoundSeries(tuple(accounts), wrong, tuple(loads))


def played(rules: Plan, number: int, hidden: Hidden) -> RoundAccount:
    """The account of one round on a new stand-in."""
    suite = suite_of(rules)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        state = stack.enter_context(booted(suite, os.getpid(), bare=True))
        stack.enter_context(handed_over(state))
        system = suite.target_of(state)
        setting = Setting(rules, PHASE, system, suite.observed_release(system), FOR_S, folder)
        game = GamedayRound(setting, number, lambda _: None)
        return game.play(hidden, users_of(suite.name), standin_switch(suite, state))


def table(found: RoundSeries, seed: int) -> str:
    """Times until faults were noticed, and by what, as a Markdown table."""
    rows = [
        "| hidden | rounds | noticed | after, s | first by | left after, s | writes lost |",
        "|---|--:|--:|--:|---|--:|--:|",
    ]
    rows += [row(name, accounts) for name, accounts in found.by_fault().items()]
    hidden = [each for each in found.accounts if each.opened.fault]
    seen = [each.noticed_after_s for each in hidden if each.how == "noticed" and each.noticed_after_s is not None]
    untold = [each for each in found.accounts if each.opened.trouble]
    false = [each for each in found.accounts if each.false_alarms and each not in untold]
    loads = f"{min(found.loads):.1f} to {max(found.loads):.1f}"
    middle = f", after {median(seen):.1f} s in the median and {max(seen):.1f} s at most" if seen else ""
    return "\n".join(
        [
            "![when each fault was noticed](images/gameday.svg)",
            "",
            *rows,
            "",
            f"{len(found.accounts) + found.wrong} rounds of {FOR_S:g} s at most with seed {seed}, load average {loads} on {os.cpu_count()} cores:"
            f" in {len(hidden)} something was hidden and {len(seen)} times noticed{middle}; in {len(found.without)} nothing was."
            f" False alarms: {len(false)}. Rounds of which nobody can tell: {len(untold)}. Wrong openings: {found.wrong}.",
        ]
    )


def row(name: str, accounts: Sequence[RoundAccount]) -> str:
    """The rounds with one fault."""
    noticed = [each for each in accounts if each.how == "noticed"]
    first = sorted({each.noticed_by.partition(".")[2] for each in noticed})
    cells = (
        f"`{name}`",
        str(len(accounts)),
        str(len(noticed)),
        numbers(each.noticed_after_s for each in noticed),
        ", ".join(f"`{each}`" for each in first) or NEVER,
        numbers(each.rolled_back_after_s for each in noticed),
        ", ".join("?" if each.opened.lost is None else str(each.opened.lost) for each in accounts),
    )
    return f"| {' | '.join(cells)} |"


def numbers(values: Iterable[float | None]) -> str:
    """Seconds of several rounds as text; a dash if there are none."""
    return ", ".join("—" if value is None else f"{value:.1f}" for value in values) or "—"


def picture(found: RoundSeries) -> str:
    """The plot as SVG: a point for each round with a fault at the time of its notice, or marked as not noticed."""
    points = [
        (FOR_S if after is None else after, name, NEVER if after is None else "noticed")
        for name, accounts in found.by_fault().items()
        for after in (each.noticed_after_s for each in accounts)
    ]
    names = list(found.by_fault())
    chart = Chart(Axis("seconds from the fault to the first alarm", 0, FOR_S), Axis("", 0, 1))
    colour = {
        "field": "color",
        "type": "nominal",
        "scale": {"domain": ["noticed", NEVER], "range": COLOURS[:2]},
        "legend": {"orient": "top", "title": None, "offset": 8, "symbolType": "circle"},
    }
    by_name = {
        "field": "y",
        "type": "nominal",
        "sort": names,
        "title": None,
        "axis": {"labelLimit": 260, "labelExpr": "datum.label", "minExtent": 150},
    }
    chart.layer("point", "series", points, "x y color", size=60, encoding={"color": colour, "y": by_name})
    title = "Rounds of a game day"
    drawn = str(svg(chart.layers, WIDTH, MARGIN + ROW * len(names), title, title={"text": title, "anchor": "start"}))
    alone = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return alone.replace("</title>", f"</title><style>{STYLE}</style>", 1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
