"""Does a test notice when the code that decides is changed? Started by scripts/mutate, in a copy of the last commit."""

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tests.mutation import reach
from tests.mutation.bench import Bench
from tests.mutation.controls import expect_controls
from tests.mutation.figures import Figures
from tests.mutation.generated import places
from tests.mutation.mutant import ROOT, Mutant, files, source
from tests.mutation.semantic import semantic
from tests.mutation.trial import Untrustworthy

PRELOADED = (
    *("hypothesis", "numpy", "pydantic", "pydantic_settings", "msgspec", "httpx", "rich", "jinja2", "psutil"),
    *("attr", "execnet", "allure_commons", "pygments", "cryptography", "typer", "psycopg", "redis"),
)
PERMITTED = 0.1  # the share of a sample that may survive
CONTROLS_S = 12.0
NOTHING: list[str] = []
app = typer.Typer(add_completion=False, help=__doc__)
Budget = Annotated[float, typer.Option("--budget", help="seconds of tests for one mutant, quick ones first")]
Only = Annotated[list[str], typer.Option("--only", help="of files or ids that contain this text, or another one")]


@dataclass(frozen=True)
class Copy:
    """The *commit* of the copy, and the folder of measurements and results (*kept*)."""

    commit: str
    kept: Path

    def bench(self, budget_s: float) -> Bench:
        """The bench for mutants, after the controls ended as expected."""
        made = Bench(ROOT, {file: source(file) for file in files()}, self.kept, CONTROLS_S)
        expect_controls(made)
        made.budget_s = budget_s
        return made


@app.callback()
def begin(
    context: typer.Context,
    commit: Annotated[str, typer.Option(help="what the copy is of")],
    kept: Annotated[Path, typer.Option(help="where measurements and results are kept")],
) -> None:
    """Import what no mutant concerns, for all forks."""
    for name in PRELOADED:
        __import__(name)
    context.obj = Copy(commit, kept)


@app.command("semantic")
def semantic_list(context: typer.Context, only: Only = NOTHING, budget: Budget = 300.0) -> None:
    """The list of changes that would let something through; exit 1 if one survives."""
    if stale := [why for item in semantic() if (why := item.misfit())]:
        raise SystemExit("\n".join(stale))
    chosen = [item.mutant() for item in semantic() if wanted(only, item.id, item.file)]
    print(f"{len(chosen)} of {len(semantic())} of the list", flush=True)
    run(context.obj, "semantic", chosen, 0, budget)


@app.command("random")
def sample(
    context: typer.Context, count: int = 200, seed: int = 1, only: Only = NOTHING, budget: Budget = 30.0
) -> None:
    """A random sample of all small changes (--count 0: all); exit 1 if fewer than 90 % are killed."""
    every = [place for place in places(files()) if wanted(only, place.id)]
    chosen = random.Random(seed).sample(every, count) if 0 < count < len(every) else every
    print(f"{len(chosen)} of {len(every)} places, seed {seed}", flush=True)
    mutants = (mutant for place in chosen if (mutant := place.mutant()) is not None)
    run(context.obj, f"random-{seed}", mutants, PERMITTED, budget)


def wanted(only: list[str], *names: str) -> bool:
    """Whether one of the texts in *only* is part of one of the *names*, or *only* is empty."""
    return not only or any(text in name for text in only for name in names)


@app.command("controls")
def only_controls(context: typer.Context) -> None:
    """Only the trials with a known end, which precede all figures."""
    context.obj.bench(CONTROLS_S).close()


@app.command("reach")
def measure(context: typer.Context) -> None:
    """Measure all tests anew; done at first use, and sharper after many changes."""
    reach.measure_apart(context.obj.kept, sorted(reach.test_files()))


def run(copy: Copy, name: str, mutants: Iterable[Mutant], permitted: float, budget_s: float) -> None:
    """Controls, then trials, then figures; exit 1 if a larger share than *permitted* survives."""
    bench, figures = copy.bench(budget_s), Figures(copy.kept / f"{name}.jsonl")
    for mutant in mutants:
        figures.add(bench.result(mutant))
    bench.close()
    print(f"commit {copy.commit}, {name}: {figures.summary()}")
    sys.exit(figures.surviving > permitted * len(figures.results))


if __name__ == "__main__":
    try:
        app()
    except Untrustworthy as error:
        raise SystemExit(f"mutate: no figures: {error}") from error
