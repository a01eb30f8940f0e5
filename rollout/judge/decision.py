"""The decision of one phase, as it is stored, rendered and replayed."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator

from rollout.evidence.records import LAST_MOMENT
from rollout.judge.finding import Finding
from rollout.judge.verdict import EXIT_CODES, EXIT_OVERRIDE, Outcome, named
from rollout.values import as_text

Moment = Annotated[float, Field(ge=0, le=LAST_MOMENT)]


class StandingOverride(BaseModel):
    """An override in force: the name of its person, the reason, and its end (seconds since the epoch)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    why: str
    until: Moment


class Prerequisite(BaseModel):
    """The phase before: whether its GO stands for the same release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: str
    met: bool
    detail: str


class Decision(BaseModel):
    """
    The decision of one phase with all its findings. Times are seconds since the epoch.

    *window_s* is set in rehearsals. *journals* maps each journal judged to the hash of its last record: a replay needs
    just these. *alone* is the target decided about where others of its environment were left out. *remarks* qualify
    the decision line; an empty list is not stored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    phase: str
    title: str
    target: str
    environment: str
    release: str
    decided_at: Moment
    outcome: Outcome
    findings: tuple[Finding, ...]
    not_applicable: dict[str, str] = {}
    prerequisites: tuple[Prerequisite, ...] = ()
    window_s: Moment | None = None
    override: StandingOverride | None = None
    plan: str
    journals: dict[str, str] = {}
    attempts: int = 0
    alone: str | None = Field(None, exclude_if=lambda value: not value)
    remarks: tuple[str, ...] = Field((), exclude_if=lambda value: not value)

    @field_serializer("outcome")
    def _outcome_as_word(self, outcome: Outcome) -> str:
        return str(outcome)

    @field_validator("outcome", mode="before")
    @classmethod
    def _word_as_outcome(cls, value: object) -> object:
        return named(Outcome, value.replace("-", "_")) if isinstance(value, str) else value

    @property
    def exit_code(self) -> int:
        """The exit code of the process for this decision."""
        return EXIT_OVERRIDE if self.overridden else EXIT_CODES[self.outcome]

    @property
    def overridden(self) -> bool:
        """Whether an override changes what follows: it never hides a rollback, and a GO needs none."""
        return self.override is not None and self.outcome in (Outcome.HOLD, Outcome.NO_GO)

    @property
    def line(self) -> str:
        """The decision in one line, with everything that qualifies it."""
        remarks = []
        if self.window_s is not None:
            remarks += ["rehearsal", f"window {as_text(self.window_s)}"]
        if self.not_applicable:
            remarks.append(f"{len(self.not_applicable)} not applicable")
        remarks += self.remarks
        word = f"GO by override of {self.outcome}" if self.overridden else str(self.outcome)
        if self.override and self.overridden:
            until = datetime.fromtimestamp(self.override.until, UTC).strftime("%Y-%m-%d %H:%M UTC")
            remarks += [f"{self.override.by} until {until}: {self.override.why}"]
        return f"{word} ({', '.join(remarks)})" if remarks else word

    @property
    def deciding(self) -> tuple[Finding, ...]:
        """The findings that decide, worst first, and what failed before what was not proven in time."""
        return tuple(sorted((f for f in self.findings if not f.advisory), key=lambda f: (-f.verdict, f.overdue)))
