"""The feedback forms that `rollout attest --answers` counts."""

import csv
import io
from pathlib import Path

from rollout.bounded_text import text_of
from rollout.metrics import MetricKind
from rollout.plan import Criterion

SATISFIED = 4  # of the five steps of the feedback form, 4 and 5 say satisfied


def counted(criterion: Criterion, answers: Path | None) -> dict[str, int]:
    """The numbers of answers and of satisfied ones; empty for a plain signature."""
    if criterion.metric is None or criterion.measured.kind is not MetricKind.SATISFACTION:
        if answers is not None:
            raise ValueError(f"{criterion.id} counts no answers; leave out --answers and say it in --statement")
        return {}
    if answers is None:
        raise ValueError(f"{criterion.id} counts answers; give the feedback forms: --answers FILE.csv")
    means = [mean(row, number) for number, row in enumerate(rows(answers), start=2)]
    if not means:
        raise ValueError(f"{answers} has no answers: a header with q1, q2, … and one row for each person")
    return {"answers": len(means), "satisfied": sum(value >= SATISFIED for value in means)}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a feedback file; ValueError if the file is absent or contains no table."""
    try:
        return list(csv.DictReader(io.StringIO(text_of(path), newline="")))
    except OSError as error:
        raise ValueError(f"--answers {path}: cannot be read: {error.strerror}; name the file of forms") from None
    except csv.Error as error:
        raise ValueError(f"{path}: is no CSV: {error}") from None


def mean(row: dict[str, str], line: int) -> float:
    """The mean of a person's answers, 1 to 5; ValueError with the line number if the row is no form."""
    marks = [value for key, value in row.items() if key and key.startswith("q")]
    if not marks or any(mark not in {"1", "2", "3", "4", "5"} for mark in marks):
        raise ValueError(f"line {line}: answers must be 1 to 5 in columns q1, q2, …; got {marks!r}")
    return sum(map(int, marks)) / len(marks)
