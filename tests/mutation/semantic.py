"""The list of semantic mutants: changes that would let a bad release through, or blame a good one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutant import Mutant, source

LIST = Path(__file__).with_name("semantic.toml")


@dataclass(frozen=True)
class Semantic:
    """A change of *file* from the text *before*, which stands there once, to *after*; *lets_through* says what it does."""

    id: str
    file: str
    before: str
    after: str
    lets_through: str

    def misfit(self) -> str:
        """The error if the text *before* is missing or not unique; empty if it fits."""
        count = source(self.file).count(self.before)
        return "" if count == 1 else f"{self.id}: {self.before!r} stands {count} times in {self.file}, want 1"

    def mutant(self) -> Mutant:
        """The mutated file; ValueError where it does not fit."""
        if why := self.misfit():
            raise ValueError(f"{why}; amend {LIST.name}")
        text = source(self.file)
        line = text[: text.index(self.before)].count("\n") + 1
        changed = first_change(self.before, self.after)
        return Mutant(self.id, self.file, line + changed, text.replace(self.before, self.after), self.lets_through)


def first_change(before: str, after: str) -> int:
    """The number of equal lines before the first difference."""
    olds, news = before.splitlines(), after.splitlines()
    return next((at for at, pair in enumerate(zip(olds, news, strict=False)) if pair[0] != pair[1]), 0)


def semantic() -> list[Semantic]:
    """The whole list."""
    document = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [Semantic(**item) for item in document["mutant"]]
