"""Charts that were drawn before: the same specification is converted once, since that takes most of a decision's time."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from reports.files import write
from rollout.project import current_project

MOST = 300  # charts that are kept; a decision has a dozen
BEGIN, END = "<svg ", "</svg>"


def folder() -> Path:
    """Where the charts of this project are kept."""
    return current_project().results / ".charts"


def any_drawn() -> bool:
    """Whether charts of this project are kept, so that the next decision probably finds its own there."""
    return next(folder().glob("*.svg"), None) is not None


def place(wanted: str) -> Path:
    """The file of the chart *wanted*; another version of the converter, or of the code around it, has other files."""
    return folder() / f"{hashlib.sha256(f'{code()}{wanted}'.encode()).hexdigest()}.svg"


@cache
def code() -> str:
    """What turns a specification into a chart: the converter's version, and the code that tidies what it draws."""
    return version("vl-convert-python") + Path(__file__).with_name("vega.py").read_text(encoding="utf-8")


def drawn_before(path: Path) -> Markup | None:
    """The chart in the file at *path*; None if it was not drawn yet, or if the file does not hold one whole chart."""
    with suppress(OSError, UnicodeDecodeError):
        found = path.read_text(encoding="utf-8")
        if found.startswith(BEGIN) and found.endswith(END):
            path.touch()
            return Markup(found)
    return None


def keeping(path: Path, draw: Callable[[], Markup]) -> Markup:
    """What *draw* makes, kept at *path* if it is a chart; without a place to write, it is drawn again next time."""
    made = draw()
    if made.startswith(BEGIN):
        with suppress(OSError):
            write(path, str(made))
            oldest_last = sorted(path.parent.glob("*.svg"), key=lambda file: -file.stat().st_mtime_ns)
            for file in oldest_last[MOST:]:
                file.unlink()
    return made
