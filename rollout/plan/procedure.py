"""Rollback procedures: steps with the condition, the phases and the danger of each."""

import re
from typing import Self

from pydantic import Field, model_validator

from rollout.values import Part, Sentence, Slug

RESTORES = re.compile(r"restore", re.IGNORECASE)


class ProcedureStep(Part):
    """One step of a procedure: a command or something to do, and when it is right."""

    run: Sentence = Field(description="the command, or what to do in words")
    condition: Sentence | None = Field(None, description="when the step is needed; without it always")
    phases: tuple[Slug, ...] = Field((), description="the phases whose rollback it belongs to; without it every phase")
    destructive: bool = Field(False, description="whether it overwrites data: shown only where data was lost")

    @model_validator(mode="after")
    def _danger_is_stated(self) -> Self:
        if restores(self.run) and "destructive" not in self.model_fields_set:
            raise ValueError(f"{self.run!r} restores something: state whether it is destructive")
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
    """Whether a step says that it restores something."""
    return RESTORES.search(text) is not None
