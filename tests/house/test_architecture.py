"""The pages name files that exist, and no way through the code is longer than docs/architecture.md promises."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from rollout.code_meaning import file_of, parsed
from rollout.prove.binding import imported

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
FOLDERS = "rollout|xcodereviewer|standin|reports|smoke|integration|load|tests|benchmarks|scripts|docs"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\| (?P<number>\d+) \| `(?P<file>[^`]+)` \|(?P<rest>.*)", re.MULTILINE)
APART = {  # steps between which no import leads, and what does
    ("plan.toml", "rollout/locust_plugin/setup.py"): "the plan is a file that is read",
    (
        "rollout/locust_plugin/generator/arrival.py",
        "rollout/locust_plugin/generator/http_client.py",
    ): "the user of the step before has both, and sends from within the arrival",
    (
        "rollout/locust_plugin/generator/http_client.py",
        "rollout/locust_plugin/generator/counters.py",
    ): "the arrival counts what the client brought back",
    ("smoke/test_health.py", "rollout/pytest_plugin/marks.py"): "pytest brings both together",
    ("rollout/pytest_plugin/recorder.py", "rollout/judge/tests.py"): "the journal lies between them",
    ("rollout/judge/decide.py", "reports/page.py"): "reports are found by entry point",
}


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


def rooms(title: str) -> list[tuple[str, ...]]:
    """Each step of a section with its helpers: the files of its row."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [(match["file"], *NAMED.findall(match["rest"])) for match in STEP.finditer(section)]


def imports(file: str) -> set[str]:
    """The files of this project that *file* imports."""
    names = imported(parsed(ROOT / file)) if file.endswith(".py") else ()
    found = [path for name in names if (path := file_of(name, ROOT))]
    within = [path for each in found if each.name == "__init__.py" for path in handed_on(each)]
    return {path.relative_to(ROOT).as_posix() for path in (*found, *within)}


def handed_on(package: Path) -> list[Path]:
    """The files of a *package* whose names it hands on."""
    names = imported(parsed(package))
    return [path for name in names if (path := file_of(name, ROOT)) and path.parent == package.parent]


def meet(room: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether two steps, helpers included, share a file, or one imports the other."""
    of_room, of_after = ({found for file in some for found in imports(file)} for some in (room, after))
    return bool({*room, *of_room} & {*after} or {*room} & of_after)


@pytest.mark.parametrize("title", ["The way of a latency", "The way of a test outcome"])
def test_each_step_leads_to_the_next(title: str) -> None:
    """
    By an import of one from the other, or of their helpers; what else leads on stands in the list.
    """
    pairs = list(pairwise(rooms(title)))
    apart = {(room[0], after[0]) for room, after in pairs if not meet(room, after)}
    assert apart == {(room[0], after[0]) for room, after in pairs} & APART.keys()


def test_each_helper_of_a_step_is_joined_to_it() -> None:
    """
    The step imports it, directly or by another helper of the row, or it imports the step.
    """
    for step, *helpers in rooms("The way of a latency"):
        around = {step, *helpers}
        alone = [each for each in helpers if not ((imports(each) | importers(each, around)) & (around - {each}))]
        assert alone == [], step


def importers(file: str, some: set[str]) -> set[str]:
    """Those of *some* files that import *file*."""
    return {other for other in some if file in imports(other)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_file_that_is_gone(page: Path) -> None:
    """
    Every path in the project that a page writes as code is there.
    """
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not name.startswith("reports/out") and not (ROOT / name).exists()] == []
