"""The pages name files that exist, and no way through the code is longer than docs/architecture.md promises."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
FOLDERS = "rollout|xcodereviewer|standin|reports|smoke|integration|load|tests|benchmarks|scripts|docs"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\| (?P<number>\d+) \| `(?P<file>[^`]+)` \|", re.MULTILINE)


def way(title: str) -> list[tuple[int, str]]:
    """The numbered files of one section."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [(int(match["number"]), match["file"]) for match in STEP.finditer(section)]


@pytest.mark.parametrize(("title", "most"), [("The way of a latency", 15), ("The way of a test outcome", 6)])
def test_a_way_through_the_code_is_short_and_real(title: str, most: int) -> None:
    """
    A request's latency passes at most fifteen files, a test outcome six, and each of them exists.
    """
    steps = way(title)
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1))
    assert 2 < len(steps) <= most
    assert [file for _, file in steps if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_file_that_is_gone(page: Path) -> None:
    """
    Every path in the project that a page writes as code is there.
    """
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not name.startswith("reports/out") and not (ROOT / name).exists()] == []
