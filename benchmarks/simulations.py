"""
`python -m benchmarks.simulations`: false GO under stalls, triggers, windows that slide and comparisons: plots and tables.

Names of tables (`false-go`, `triggers`, `windows`, `comparisons`) limit it to those.
"""

import argparse
import re
import sys
from pathlib import Path

from benchmarks import comparisons, stalls, triggers, windows
from benchmarks.processes import ROOT

TABLES = ("false-go", "triggers", "windows", "comparisons")
WIDTHS_S = {0.05: (15, 30), 0.01: (15, 30), 0.001: (30,)}
IMAGES, PAGE = ROOT / "docs" / "images", ROOT / "docs" / "statistics.md"
DECISION = ROOT / "docs" / "decisions" / "0029-capital-over-windows.md"


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.simulations", description=__doc__)
    made.add_argument("tables", type=table, nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)}; default: all")
    return made


def table(name: str) -> str:
    """The name of a table; `choices` would refuse an empty list of them."""
    if name not in TABLES:
        raise argparse.ArgumentTypeError(f"no table {name!r}; there are {', '.join(TABLES)}")
    return name


def main() -> int:
    """Simulate, draw and write."""
    every = dict(zip(TABLES, (false_go, alarms, windows_that_slide, side_by_side), strict=True))
    for name in parser().parse_args().tables or TABLES:
        every[name]()
    return 0


def false_go() -> None:
    """Simulate bets that a budget is kept while failures come in stalls."""
    for limit in (0.05, 0.01):
        write(IMAGES / f"false-go-{100 * limit:g}-percent.svg", stalls.picture(limit, stalls.curves(limit)))
    found = {
        (limit, width, stall): stalls.false_go(limit, stall, width)
        for limit, widths in WIDTHS_S.items()
        for width in widths
        for stall in stalls.STALLS_S
    }
    fill(PAGE, "false-go", stalls.table(found))
    fill(PAGE, "false-go-windows", stalls.windows_table())


def alarms() -> None:
    """Simulate how often and how soon a trigger fires."""
    write(IMAGES / "trigger-blips.svg", triggers.blips())
    write(IMAGES / "trigger-steady.svg", triggers.steady())
    fill(PAGE, "triggers", triggers.table())


def windows_that_slide() -> None:
    """Simulate a system at its limit that is judged each hour for weeks, and an outage that ends."""
    fill(DECISION, "windows", windows.table())
    fill(DECISION, "outages", windows.outages())


def side_by_side() -> None:
    """Simulate comparisons with the release before, under stalls and without."""
    write(IMAGES / "comparison-stalls.svg", comparisons.picture())
    fill(PAGE, "comparisons", comparisons.table())


def fill(page: Path, name: str, table: str) -> None:
    """Put a table between its marks on a page."""
    write(page, filled(page.read_text(encoding="utf-8"), name, table))


def filled(text: str, name: str, table: str) -> str:
    """The page with the table between its two marks."""
    pattern = rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)"
    return re.sub(pattern, lambda match: f"{match[1]}{table}{match[2]}", text, flags=re.DOTALL)


def write(path: Path, text: str) -> None:
    """Write a file and print its path."""
    path.write_text(text, encoding="utf-8")
    print(path.relative_to(ROOT), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
