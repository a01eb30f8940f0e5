"""One change of the code that a test should notice."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rollout/judge", "rollout/evidence", "rollout/statistics", "rollout/plan")


@dataclass(frozen=True)
class Mutant:
    """The whole mutated *text* of a *file* of the project, changed at *line*; *change* says how, in words."""

    id: str
    file: str
    line: int
    text: str
    change: str

    @property
    def module(self) -> str:
        """The name under which the file is imported."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def marked(self) -> str:
        """The text with a last line that identifies an imported module as this mutant."""
        return f"{self.text}\n__mutant__ = {self.id!r}\n"


def files() -> list[str]:
    """The files that are mutated, relative to the project."""
    found = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return [file.relative_to(ROOT).as_posix() for file in found]


def source(file: str) -> str:
    """The text of a file of the project."""
    return (ROOT / file).read_text(encoding="utf-8")
