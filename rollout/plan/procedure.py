"""Rollback procedures: steps with the condition, the phases and the danger of each."""

import re
from typing import Self

from pydantic import Field, model_validator

from rollout.values import Part, Sentence, Slug

DATABASE_CLIENT = r"\b(psql|mysql|mariadb|redis-cli|sqlite3)\b"
RESTORES = re.compile(
    r"restor|point.in.time.recovery|\bPITR\b"
    rf"|{DATABASE_CLIENT}.*(<|\s-f\b|--file)|\|\s*{DATABASE_CLIENT}"  # a file or a pipe into a database
    r"|\b(load|import|apply|replay|copy|recover)\b.*\b(backup|dump|snapshot)",
    re.IGNORECASE | re.DOTALL,
)


class ProcedureStep(Part):
    """One step of a procedure: a command or something to do, and when it is right."""

    run: Sentence = Field(description="the command, or what to do in words")
    condition: Sentence | None = Field(None, description="when the step is needed; without it always")
    phases: tuple[Slug, ...] = Field((), description="the phases whose rollback it belongs to; without it every phase")
    destructive: bool = Field(False, description="whether it overwrites data: shown only where data was lost")

    @model_validator(mode="after")
    def _a_restore_is_destructive(self) -> Self:
        if restores(self.run) and not self.destructive:
            raise ValueError(f"{self.run!r} restores something, which overwrites data: write destructive = true")
        return self


class Procedure(Part):
    """A rollback procedure, step by step; a step that is only text is always right, unless it restores something."""

    id: Slug
    title: Sentence
    steps: tuple[Sentence | ProcedureStep, ...] = Field(min_length=1)

    @property
    def all_steps(self) -> tuple[ProcedureStep, ...]:
        """Every step as a table; of text that restores something it is taken that it destroys."""
        return tuple(
            ProcedureStep(run=step, destructive=restores(step)) if isinstance(step, str) else step
            for step in self.steps
        )


def restores(text: str) -> bool:
    """Whether a text says that it restores something, or puts a file into a database."""
    return RESTORES.search(text) is not None
