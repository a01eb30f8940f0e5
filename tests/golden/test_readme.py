"""README shows what the terminal prints."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = re.compile(r"^```\n(Stage\n.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_sample_of_the_readme_is_the_table_of_a_golden_decision() -> None:
    """
    Byte for byte: `test_golden.py` makes that table from its journals.
    """
    (sample,) = SAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert sample == (ROOT / "tests/golden/go-compared/table.txt").read_text(encoding="utf-8")


def test_every_picture_that_a_page_shows_is_there() -> None:
    """
    And no picture of a report lies about that no page shows.
    """
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"images/([\w.-]+)", page.read_text(encoding="utf-8"))}
    there = {path.name for path in (ROOT / "docs" / "images").iterdir()}
    assert shown <= there
    assert {name for name in there if name.endswith((".jpg", ".png"))} <= shown
