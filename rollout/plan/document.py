"""The whole plan: phases, criteria, alerts, procedures, messages and tasks."""

from collections.abc import Iterator
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from rollout.metrics import MetricKind
from rollout.nearest import unknown
from rollout.plan.agreement import check_step, covers, is_coverage, refuse_duplicates
from rollout.plan.criterion import Criterion, EvidenceSource
from rollout.plan.limit import Limit
from rollout.plan.measured import check_trigger, check_unit, refuse_vacuous
from rollout.plan.phase import Phase
from rollout.plan.procedure import Procedure
from rollout.sources.registry import metric
from rollout.values import Duration, Environment, Part, Sentence, Slug


class Alert(Part):
    """An alert of the plan and the Prometheus rule that must carry it."""

    id: Slug
    quote: Sentence
    metric: str
    limit: Limit
    rule: Sentence = Field(description="name of the alerting rule")

    @model_validator(mode="after")
    def _fires_where_it_is_bad(self) -> Self:
        measured = metric(self.metric)
        check_unit(self.limit, measured)
        refuse_vacuous(self.limit, measured)
        check_trigger(self.limit, measured)
        return self


class Message(Part):
    """A message that the communication plan promises."""

    id: Slug
    quote: Sentence
    when: Literal["before", "during", "after"] = Field(
        description="when, as seen from the rollout; shown by `rollout trace`"
    )
    every: Duration | None = Field(None, description="how often it is said; shown by `rollout trace`")


class Todo(Part):
    """A post-rollout task or an item of the completion checklist, and the criterion or phase that closes it."""

    quote: Sentence
    closed_by: Sentence = Field(description="a phase or a full criterion id")


class Plan(Part):
    """`plan.toml`: everything a release manager may edit."""

    schema_version: Literal[1]
    title: Sentence = Field(description="the name of the plan; shown by `rollout trace`")
    overview: Sentence = Field(description="what is rolled out, in one sentence; shown by `rollout trace`")
    document: str | None = Field(
        None, description="the plan in words, relative to plan.toml; every quote must stand there"
    )
    suite: str | None = Field(
        None, description="module with the SUITE of this rollout, in the project directory or installed"
    )
    phases: tuple[Phase, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    alerts: tuple[Alert, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    messages: tuple[Message, ...] = ()
    todos: tuple[Todo, ...] = ()

    @model_validator(mode="after")
    def _ids_fit_together(self) -> Self:
        refuse_duplicates("phase", [phase.id for phase in self.phases])
        refuse_duplicates("criterion", self.criterion_ids())
        for name in ("alerts", "procedures", "messages"):
            refuse_duplicates(name.rstrip("s"), [item.id for item in getattr(self, name)])
        known = [phase.id for phase in self.phases]
        for position, phase in enumerate(self.phases):
            if phase.after is not None and phase.after not in known[:position]:
                raise ValueError(f"phases.{phase.id}.after: {unknown('earlier phase', phase.after, known[:position])}")
        for key, ids in self._phase_names():
            for phase_id in ids:
                if phase_id not in known:
                    raise ValueError(f"{key}.phases: {unknown('phase', phase_id, known)}")
        return self

    def _phase_names(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The keys that name phases, and the phases they name."""
        for criterion in self.criteria:
            yield f"criteria.{criterion.id}", criterion.phases
        for procedure in self.procedures:
            for number, step in enumerate(procedure.all_steps, start=1):
                yield f"procedures.{procedure.id}.steps.{number}", step.phases

    @model_validator(mode="after")
    def _quotes_its_document(self) -> Self:
        for criterion in self.criteria:
            if self.document is not None and not criterion.quotes:
                raise ValueError(
                    f"criteria.{criterion.id}.quotes is missing: name its sentence in {self.document}, word for word"
                )
        return self

    @model_validator(mode="after")
    def _nothing_dangles(self) -> Self:
        for phase in self.phases:
            ids = [criterion.id for criterion in self.criteria_of(phase.id)]
            if not any(not criterion.advisory for criterion in self.criteria_of(phase.id)):
                raise ValueError(
                    f"phases.{phase.id}: no criterion decides it; a phase without criteria could never be proven"
                )
            for task in phase.tasks:
                for name in task.shown_by:
                    if name not in ids:
                        raise ValueError(f"phases.{phase.id}.tasks: {task.quote!r}: {unknown('criterion', name, ids)}")
        closers = [*self.criterion_ids(), *(phase.id for phase in self.phases)]
        for todo in self.todos:
            if todo.closed_by not in closers:
                raise ValueError(f"todos: {todo.quote!r}: {unknown('criterion or phase', todo.closed_by, closers)}")
        return self

    @model_validator(mode="after")
    def _exposure_is_what_the_plan_says(self) -> Self:
        for criterion in self.criteria:
            for phase in map(self.phase, criterion.phases):
                check_step(criterion, phase)
        return self

    @model_validator(mode="after")
    def _watched_where_it_happens(self) -> Self:
        for criterion in self.criteria:
            sampled = criterion.metric is not None and criterion.measured.rules.producer == "metric"
            for phase in map(self.phase, criterion.phases):
                if sampled and phase.environment and criterion.environment not in (None, phase.environment):
                    raise ValueError(
                        f"criteria.{criterion.id}.environment: {phase.id} happens on {phase.environment}, and what is watched"
                        f" on {criterion.environment} tells nothing of it; take it out"
                    )
        return self

    @model_validator(mode="after")
    def _what_is_watched_is_judged(self) -> Self:
        for phase in self.phases:
            covered = [item for item in self.criteria_of(phase.id) if is_coverage(item)]
            for step in phase.steps:
                if step.monitor and not any(covers(item, step) for item in covered):
                    raise ValueError(
                        f"phases.{phase.id}.steps.{step.id}.monitor: no criterion asks for it;"
                        f" add one about window.covered_hours with limit >= {step.monitor / 3600:g} h, or take it out"
                    )
        return self

    @model_validator(mode="after")
    def _load_counts_what_is_judged(self) -> Self:
        for phase in self.phases:
            judged = [item for item in self.criteria_of(phase.id) if item.source is EvidenceSource.LOAD]
            if judged and phase.load is None:
                raise ValueError(
                    f"phases.{phase.id}.load is missing: criterion {judged[0].id!r} is judged from a load run"
                )
            for item in judged:
                if (
                    phase.load
                    and item.limit
                    and item.measured.kind is MetricKind.LATENCY
                    and item.limit.value not in phase.load.slow_ms
                ):
                    raise ValueError(
                        f"phases.{phase.id}.load.slow_ms: {item.limit.value:g} is missing, but {item.id!r} has that limit;"
                        " slow requests are counted while they happen, not afterwards"
                    )
        return self

    def criterion_ids(self) -> list[str]:
        """Full ids, `<phase>.<id>`, in the order of the file."""
        return [f"{phase}.{criterion.id}" for criterion in self.criteria for phase in criterion.phases]

    def criteria_of(self, phase: str) -> list[Criterion]:
        """The criteria that hold in *phase*, in the order of the file."""
        return [criterion for criterion in self.criteria if phase in criterion.phases]

    def environment_of(self, phase: str, criterion: Criterion) -> Environment | None:
        """Where the evidence about *criterion* in *phase* must be from; None is any environment, but a single one."""
        return criterion.environment or self.phase(phase).environment

    def measured_on(self, environment: str, phase: str) -> list[Criterion]:
        """The criteria of *phase* that a target in *environment* gives evidence about; all of them on a stand-in."""
        every = self.criteria_of(phase)
        if environment not in get_args(Environment):
            return every
        return [item for item in every if self.environment_of(phase, item) in (None, environment)]

    def compares(self, phase: str) -> bool:
        """Whether a criterion of *phase* compares the speed of the release with the one before."""
        return any(item.metric and item.measured.kind is MetricKind.COMPARISON for item in self.criteria_of(phase))

    def limits_beside(self, name: str, kind: MetricKind) -> tuple[Limit, ...]:
        """The limits that decide about metrics of a *kind* in the phases that have the criterion *name*."""
        phases = {phase for item in self.criteria if item.id == name for phase in item.phases}
        deciding = [item for item in self.criteria if item.metric and not item.advisory and phases & set(item.phases)]
        return tuple(item.limit for item in deciding if item.limit and item.measured.kind is kind)

    def phase(self, name: str) -> Phase:
        """The phase of that *name*; ValueError with a suggestion if there is none."""
        for phase in self.phases:
            if phase.id == name:
                return phase
        raise ValueError(f"{unknown('phase', name, [phase.id for phase in self.phases])} in plan.toml")

    def criterion(self, full_id: str) -> Criterion:
        """The criterion of a full id such as `phase1.services-healthy`; ValueError with a suggestion if there is none."""
        phase, _, name = full_id.partition(".")
        for criterion in self.criteria:
            if criterion.id == name and phase in criterion.phases:
                return criterion
        raise ValueError(f"{unknown('criterion', full_id, self.criterion_ids())} in plan.toml")
