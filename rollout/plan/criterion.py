"""One sentence of the plan that must hold in a phase, with its limit and what proves it."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from rollout.metrics import Metric
from rollout.plan.limit import Limit
from rollout.plan.measured import check_metric
from rollout.plan.quantity import quantities
from rollout.sources.registry import metric
from rollout.values import Duration, Environment, Part, Sentence, Slug


class EvidenceSource(StrEnum):
    """The producer of the evidence."""

    TESTS = "tests"
    LOAD = "load"
    METRIC = "metric"
    DRILL = "drill"
    ATTESTATION = "attestation"


class Support(StrEnum):
    """Whether the anytime-valid test must have decided (`required`) or is shown beside exact counts (`reported`)."""

    REQUIRED = "required"
    REPORTED = "reported"


class Absence(StrEnum):
    """What missing evidence means. There is no member that means met."""

    HOLD = "unproven-until-deadline"  # UNPROVEN while the phase runs, BROKEN at its deadline
    OPEN = "unproven"  # UNPROVEN for ever: work that has no deadline


class Criterion(Part):
    """
    One criterion in each of *phases*; its full id is `<phase>.<id>`.

    *quotes* are sentences of the plan's document, word for word; *states* is what holds, in words. *limit* is the
    budget that GO needs, *trigger* the value that calls for ROLLBACK. *max_age* is how old evidence may be when it is
    judged.
    """

    id: Slug
    phases: tuple[Slug, ...] = Field(min_length=1)
    quotes: tuple[Sentence, ...] = Field((), description="needed where the plan names a document")
    states: Sentence
    source: EvidenceSource
    max_age: Duration
    next: Sentence = Field(description="what to do when it is not met")
    metric: str | None = None
    limit: Limit | None = None
    trigger: Limit | None = None
    support: Support = Support.REPORTED
    absence: Absence = Absence.HOLD
    advisory: bool = Field(False, description="listed apart, never changes the decision")
    roles: tuple[Sentence, ...] = Field((), description="who must attest; empty means one person of any role")
    least: int = Field(1, ge=1, description="the least number of samples, requests or answers that count as evidence")
    longest_interval: Duration | None = Field(
        None,
        description="samples further apart do not show what lies between; at most 15min",
        exclude_if=lambda value: value is None,
    )
    slice: Duration | None = Field(
        None,
        description="length of a time slice of probes, of users' traffic or of a comparison; 15 s at least for a"
        " comparison and where support is required",
    )
    step: Slug | None = Field(None, description="the exposure step it is about, where a phase has several")
    zero_is_valid: bool = Field(False, description="an absent value is zero, if its liveness was seen too")
    liveness: str | None = Field(None, description="the sample that must be there before an absent value may be zero")

    environment: Environment | None = Field(
        None,
        description="where its evidence must be from, if not where its phase happens",
        exclude_if=lambda value: value is None,
    )

    next_unproven: Sentence | None = Field(
        None,
        description="what to do when nothing was shown; without it, `next`",
        exclude_if=lambda value: value is None,
    )
    next_broken: Sentence | None = Field(
        None, description="what to do when it does not hold; without it, `next`", exclude_if=lambda value: value is None
    )

    waivable: bool = Field(
        False,
        description="a target may declare it not applicable, with a reason",
        exclude_if=lambda value: not value,
    )

    @property
    def may_roll_back(self) -> bool:
        """Whether it can call for a rollback, beside holding up the rollout."""
        return self.trigger is not None

    @property
    def measured(self) -> Metric:
        """The metric it is about; ValueError if it has none."""
        if self.metric is None:
            raise ValueError(f"criterion {self.id!r} measures nothing")
        return metric(self.metric)

    @model_validator(mode="after")
    def _has_what_its_source_needs(self) -> Self:
        measured = self.source in (EvidenceSource.LOAD, EvidenceSource.METRIC)
        if measured and self.metric is None:
            raise ValueError(f"metric is missing: source {self.source.value!r} needs one")
        if measured and self.limit is None:
            raise ValueError(f"limit is missing: source {self.source.value!r} needs one, with op, value and unit")
        if self.metric is not None:
            check_metric(self, metric(self.metric))
        if self.source is EvidenceSource.DRILL and self.limit is not None and not self.limit.is_duration:
            raise ValueError('a drill is limited by how long a recovery takes: write op "<" or "<=", and unit "s"')
        if self.limit is None and self.trigger is not None:
            raise ValueError("trigger without limit: a trigger says when to roll back, the limit when to go on")
        if self.waivable and self.trigger is not None:
            raise ValueError("waivable with a trigger: what calls for a rollback applies to every target")
        if self.zero_is_valid and self.liveness is None:
            raise ValueError(
                "zero_is_valid needs liveness: name the sample that shows that somebody was there to count"
            )
        return self

    @model_validator(mode="after")
    def _says_what_the_plan_says(self) -> Self:
        limits = [limit for limit in (self.limit, self.trigger) if limit is not None]
        for quote in self.quotes:
            for quantity in quantities(quote):
                if limits and not any(limit.says(quantity) for limit in limits):
                    stated = " and ".join(str(limit) for limit in limits)
                    raise ValueError(
                        f"the plan says {quantity} in {quote!r}, the criterion says {stated}; make them agree"
                    )
        return self
