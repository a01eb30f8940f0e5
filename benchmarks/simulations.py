"""`python -m benchmarks.simulations`: the false GO under stalls and the triggers, as plots and tables of docs/statistics.md."""

import re
import sys
from pathlib import Path

from benchmarks import stalls, triggers
from benchmarks.processes import ROOT

WIDTHS_S = {0.05: (15, 30), 0.01: (15, 30), 0.001: (30,)}


def main() -> int:
    """Simulate, draw and write."""
    images, page = ROOT / "docs" / "images", ROOT / "docs" / "statistics.md"
    for limit in (0.05, 0.01):
        write(images / f"false-go-{100 * limit:g}-percent.svg", stalls.picture(limit, stalls.curves(limit)))
    write(images / "trigger-blips.svg", triggers.blips())
    write(images / "trigger-steady.svg", triggers.steady())
    found = {
        (limit, width, stall): stalls.false_go(limit, stall, width)
        for limit, widths in WIDTHS_S.items()
        for width in widths
        for stall in stalls.STALLS_S
    }
    text = page.read_text(encoding="utf-8")
    write(page, filled(filled(text, "false-go", stalls.table(found)), "triggers", triggers.table()))
    return 0


def filled(text: str, name: str, table: str) -> str:
    """The page with the table between its two marks."""
    pattern = rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)"
    return re.sub(pattern, lambda match: f"{match[1]}{table}{match[2]}", text, flags=re.DOTALL)


def write(path: Path, text: str) -> None:
    """Write a file and say so."""
    path.write_text(text, encoding="utf-8")
    print(path.relative_to(ROOT), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
