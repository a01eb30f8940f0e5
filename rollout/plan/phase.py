"""A phase of the plan: its exposure steps, its tasks and its load."""

from typing import Self

from pydantic import Field, model_validator

from rollout.plan.load_shape import STEADY, Steps, spike, stages
from rollout.plan.procedure import restores
from rollout.plan.profile import LoadProfile
from rollout.values import Duration, Environment, Part, Sentence, Slug


class Step(Part):
    """One level of exposure inside a phase and how long it is watched."""

    id: Slug
    exposure: Sentence = Field(description="who is on the new backend, in words; shown by `rollout trace`")
    percent: float | None = Field(None, ge=0, le=100, description="share of users on the new backend")
    users: int | None = Field(None, ge=0, description="named users on the new backend")
    monitor: Duration | None = Field(None, description="how long this level is watched")

    @model_validator(mode="after")
    def _has_one_measure(self) -> Self:
        if (self.percent is None) == (self.users is None):
            raise ValueError("a step names either percent or users")
        return self


class PhaseTask(Part):
    """A task of a phase and the criteria that show that it was done."""

    quote: Sentence
    shown_by: tuple[Slug, ...] = Field(min_length=1, description="criterion ids, without the phase")


class Phase(Part):
    """One stage of the rollout; *after* is the phase whose GO it needs."""

    id: Slug
    title: Sentence
    week: Sentence = Field(description="when it is planned, in words: Week 2; shown by `rollout trace`")
    objective: Sentence
    deadline: Duration = Field(description="when missing evidence becomes BROKEN, counted from the first evidence")
    rollback: Sentence
    after: Slug | None = None
    environment: Environment | None = Field(
        None,
        description="where the phase happens; without it wherever its evidence is from, but all of it from one place",
        exclude_if=lambda value: value is None,
    )
    steps: tuple[Step, ...] = Field(min_length=1)
    tasks: tuple[PhaseTask, ...] = ()
    load: LoadProfile | None = None

    def load_shape(self, hold_s: float) -> Steps:
        """How the rate of its load changes during a hold of that length."""
        shape = self.load.shape if self.load else "hold"
        if self.load and shape == "spike":
            return spike(hold_s, self.load.spike)
        return stages(hold_s, [step.percent or 0 for step in self.steps]) if shape == "stages" else STEADY

    @model_validator(mode="after")
    def _way_back_keeps_data(self) -> Self:
        if restores(self.rollback):
            raise ValueError(
                f"phases.{self.id}.rollback: {self.rollback!r} restores something, and every ROLLBACK shows it;"
                " write the restore as a step of a procedure, with destructive = true: it is shown where data was lost"
            )
        return self

    @model_validator(mode="after")
    def _stages_are_steps(self) -> Self:
        if self.load and self.load.shape == "stages" and not all(step.percent for step in self.steps):
            raise ValueError(f"phases.{self.id}.load.shape: stages need steps with a percent above 0")
        return self
