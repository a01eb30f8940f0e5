"""The figures of trials: survivors, killing tests, and the killed share with its interval."""

import json
from math import sqrt
from pathlib import Path

from tests.mutation.controls import told
from tests.mutation.equivalent import reason
from tests.mutation.trial import Result


class Figures:
    """Writes each result to *file*, one line of JSON each, and prints those that were not killed at once."""

    def __init__(self, file: Path) -> None:
        self.results: list[Result] = []
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
        self.file = file

    def add(self, result: Result) -> None:
        """Add one result."""
        self.results.append(result)
        mutant = result.mutant
        line = {"id": mutant.id, "change": mutant.change, "fate": result.fate, "by": result.by, "tests": result.tests}
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "seconds": round(result.seconds, 1)}) + "\n")
        if result.fate != "killed":
            why = reason(mutant) if result.fate == "survived" else ""
            print(f"{mutant.id}: {told(result)}: {mutant.change}{f' (equivalent: {why})' if why else ''}", flush=True)

    def of(self, fate: str) -> list[Result]:
        """The results with that *fate*."""
        return [result for result in self.results if result.fate == fate]

    @property
    def surviving(self) -> int:
        """The number of survivors that are not listed as equivalent."""
        return sum(not reason(result.mutant) for result in self.of("survived"))

    @property
    def killers(self) -> list[str]:
        """The tests that killed, each once."""
        return sorted({result.test for result in self.of("killed") if "::" in result.by})

    def summary(self) -> str:
        """The figures in one line; endless mutants count neither as killed nor as survived."""
        killed, survived, endless = (len(self.of(fate)) for fate in ("killed", "survived", "endless"))
        low, high = interval(killed, killed + self.surviving)
        share = percent(killed, killed + self.surviving)
        return (
            f"{len(self.results)} mutants: {killed} killed by {len(self.killers)} tests, {endless} endless,"
            f" {survived} survive, {survived - self.surviving} of them equivalent;"
            f" killed of the others {share} (95 %: {100 * low:.1f} to {100 * high:.1f} %),"
            f" of all {percent(killed, killed + survived)}"
        )


def percent(part: int, whole: int) -> str:
    """A share in words."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def interval(good: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson."""
    if n == 0:
        return 0.0, 1.0
    middle = (good / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(good * (n - good) / n**3 + z * z / (4 * n * n))
    return middle - half, middle + half
