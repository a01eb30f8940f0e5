"""`scripts/mutate`: does a test notice when the code that decides is changed?"""

import random
import sys
from collections.abc import Iterable
from math import sqrt
from typing import Annotated

import typer

from tests.mutation import reach
from tests.mutation.generated import places
from tests.mutation.semantic import semantic
from tests.mutation.trial import Result, forked, tried

PRELOADED = ("hypothesis", "numpy", "pydantic", "pydantic_settings", "msgspec", "httpx", "rich", "jinja2", "psutil")
app = typer.Typer(add_completion=False, help=__doc__)
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="mutants side by side")]
Only = Annotated[str, typer.Option("--only", help="of files or ids that contain this text")]


@app.command("semantic")
def semantic_list(only: Only = "", jobs: Jobs = 2) -> None:
    """The list of changes that would let something through; exit 1 if one survives."""
    chosen = [item.mutant() for item in semantic() if only in item.id or only in item.file]
    report(tried(chosen, measured(), jobs), 0)


@app.command("random")
def sample(
    size: Annotated[int, typer.Argument(help="0: all")] = 100, seed: int = 1, only: Only = "", jobs: Jobs = 2
) -> None:
    """A random sample of all small changes; exit 1 if fewer than 90 % are noticed."""
    every = [place for place in places() if only in place.id]
    chosen = random.Random(seed).sample(every, size) if 0 < size < len(every) else every
    print(f"{len(chosen)} of {len(every)} places, seed {seed}", flush=True)
    mutants = (mutant for place in chosen if (mutant := place.mutant()) is not None)
    report(tried(mutants, measured(), jobs), len(chosen) // 10)


@app.command("reach")
def measure() -> None:
    """Measure anew which tests run which lines; done at first use, and sharper after many changes."""
    print("measuring which tests run which lines …", flush=True)
    process = forked(reach.measure)
    process.join()
    sys.exit(process.exitcode)


def measured() -> reach.Reach:
    """Which tests run which lines, measured at first use."""
    for name in PRELOADED:
        __import__(name)
    if not reach.STORED.exists():
        forked(measure).join()
    if (found := reach.known()) is None:
        raise SystemExit("mutate: nothing to compare with: the tests have to be green first")
    return found


def report(results: Iterable[Result], permitted: int) -> None:
    """Tell each survivor and the figures; exit 1 if there are more than *permitted*."""
    fates: list[Result] = []
    for result in results:
        fates.append(result)
        if result.fate == "survived":
            print(f"SURVIVED {result.mutant.id} ({result.tests} tests): {result.mutant.change}", flush=True)
    survived = sum(result.fate == "survived" for result in fates)
    low, high = interval(len(fates) - survived, len(fates))
    print(f"{len(fates)} mutants, {survived} survive; noticed {100 * low:.1f} to {100 * high:.1f} % (95 %)")
    sys.exit(survived > permitted)


def interval(good: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson."""
    if n == 0:
        return 0.0, 1.0
    middle = (good / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(good * (n - good) / n**3 + z * z / (4 * n * n))
    return middle - half, middle + half


if __name__ == "__main__":
    app()
