"""The list of small changes without an effect on promised behaviour, each with its reason."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutant import Mutant, source

LIST = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Equivalent:
    """A *change* of one line of *file*, `before -> after`, and the *reason* why no test can notice it."""

    file: str
    change: str
    reason: str

    @property
    def stale(self) -> bool:
        """Whether its line is no longer in the file."""
        lines = (line.strip() for line in source(self.file).splitlines())
        return self.change.partition(" -> ")[0] not in lines


def equivalent() -> list[Equivalent]:
    """The whole list."""
    document = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [Equivalent(**item) for item in document.get("change", [])]


def reason(mutant: Mutant) -> str:
    """The reason why a mutant is equivalent; empty for any other."""
    same = (item for item in equivalent() if (item.file, item.change) == (mutant.file, mutant.change))
    return next((item.reason for item in same), "")
