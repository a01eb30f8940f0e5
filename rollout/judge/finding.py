"""The judge's input and output for one criterion: a Case and a Finding."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator

from rollout.evidence import Run
from rollout.judge.verdict import Verdict, named
from rollout.plan import Criterion, Phase
from rollout.values import as_text


class CheckNote(BaseModel):
    """A check that failed, by its pytest id, with its message in one line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str
    message: str


class Cause(BaseModel):
    """What some checks wait for: *kind* of obstacle, its words, what removes it, and the pytest ids of the *checks*."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    text: str
    way_out: str = ""
    checks: tuple[str, ...]


class Finding(BaseModel):
    """
    The verdict on one criterion with everything needed to trust or to contest it.

    *value* is a sentence fragment with unit, *number* the same as a bare number in the limit's unit, *n* the size of
    the sample in *n_unit*, *window* the time covered, *bound* what the statistics support, *margin* what would flip
    the verdict, *evidence* names journals, *next* says what to do. *failing* are all checks that failed, the most
    basic one first, *causes* what the others wait for; both empty where no test bears the criterion. *listed* is the
    complete list where the reason or the value shows only its beginning. *overdue* means BROKEN because it was not
    proven in time, not because anything failed. *fired* are the first and the last moment of the window in which a
    trigger fired, in seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sentence: str
    states: str
    source: str
    verdict: Verdict
    reason: str
    value: str
    number: float | None = None
    limit: str | None = None
    trigger: str | None = None
    n: int = 0
    n_unit: str = ""
    window: str = ""
    bound: str = ""
    margin: str = ""
    attempts: int = 0
    evidence: tuple[str, ...] = ()
    next: str = ""
    advisory: bool = False
    failing: tuple[CheckNote, ...] = Field((), exclude_if=lambda value: not value)
    causes: tuple[Cause, ...] = Field((), exclude_if=lambda value: not value)
    listed: tuple[str, ...] = Field((), exclude_if=lambda value: not value)
    overdue: bool = Field(False, exclude_if=lambda value: not value)
    fired: tuple[float, float] | None = Field(None, exclude_if=lambda value: value is None)

    @field_serializer("verdict")
    def _verdict_as_word(self, verdict: Verdict) -> str:
        return verdict.name

    @field_validator("verdict", mode="before")
    @classmethod
    def _word_as_verdict(cls, value: object) -> object:
        return named(Verdict, value) if isinstance(value, str) else value

    @property
    def bounds(self) -> tuple[str, ...]:
        """Limit and trigger in words, as far as it has them."""
        given = (("limit", self.limit), ("rollback", self.trigger))
        return tuple(f"{word} {text}" for word, text in given if text)


@dataclass(frozen=True)
class Case:
    """
    One criterion with the trusted evidence about it, at one moment.

    *runs* are the trusted runs of this phase and release, oldest first. Runs that were cut short are among them: they
    cannot prove a criterion but can break it. *now* is in seconds since the epoch. After the deadline
    (*past_deadline*) missing evidence can make the criterion BROKEN. *window_s* overrides monitoring windows in a
    rehearsal. *schema* is the revision of the database that is deployed where the phase happens, None where no check
    recorded it.
    """

    criterion: Criterion
    phase: Phase
    runs: tuple[Run, ...]
    now: float
    past_deadline: bool = False
    window_s: float | None = None
    schema: str | None = None

    @property
    def id(self) -> str:
        return f"{self.phase.id}.{self.criterion.id}"

    def by(self, *producers: str) -> list[Run]:
        """The runs of *producers* of any age, oldest first: evidence of a failure does not expire."""
        return [run for run in self.runs if run.producer in producers]

    def fresh(self, *producers: str) -> list[Run]:
        """The runs of *producers* whose evidence is all within `max_age`, oldest first: only these prove as a whole."""
        return [run for run in self.by(*producers) if self.is_fresh(run.oldest)]

    def is_fresh(self, moment: float) -> bool:
        """Whether what happened at a *moment* may prove something: it is not older than the criterion's `max_age`."""
        return moment >= self.now - self.criterion.max_age

    def finding(self, verdict: Verdict, reason: str, value: str, **more: object) -> Finding:
        """A finding about this case; limits, sentence and advice come from the criterion."""
        criterion = self.criterion
        base: dict[str, object] = {
            "id": self.id,
            "sentence": (criterion.quotes or (criterion.states,))[0],
            "states": criterion.states,
            "source": criterion.source.value,
            "limit": str(criterion.limit) if criterion.limit else None,
            "trigger": str(criterion.trigger) if criterion.trigger else None,
            "next": next_step(criterion, verdict, self.phase.id),
            "advisory": criterion.advisory,
        }
        return Finding.model_validate({**base, "verdict": verdict, "reason": reason, "value": value, **more})

    def triggered(self, said: tuple[str, ...], value: str, fired: tuple[float, float], **more: object) -> Finding:
        """
        The finding about the window of a trigger that *fired*: all its numbers are those of this window.

        What was counted over the whole time beside it would only hide the reason. *said* is what was counted in the
        window, and what else there is to say of it, such as the names that failed there.
        """
        first, *others = said
        reason = "; ".join(filter(None, (f"{first}: trigger {self.criterion.trigger}", *others)))
        window = as_text(round(fired[1] - fired[0]))
        return self.finding(Verdict.TRIGGERED, reason, value, **{"fired": fired, "window": window, **more})

    def held_back(self, found: Finding, reason: str, **more: object) -> Finding:
        """A copy of *found* as UNPROVEN, with another *reason* and the next step for it."""
        step = next_step(self.criterion, Verdict.UNPROVEN, self.phase.id)
        return found.model_copy(update={"verdict": Verdict.UNPROVEN, "reason": reason, "next": step, **more})


def next_step(criterion: Criterion, verdict: Verdict, phase: str) -> str:
    """What to do about a verdict in a *phase*: UNPROVEN and BROKEN have steps of their own; empty for MET."""
    if verdict is Verdict.MET:
        return ""
    said = criterion.next_unproven if verdict is Verdict.UNPROVEN else criterion.next_broken
    return (said or criterion.next).replace("<phase>", phase)
