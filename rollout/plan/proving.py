"""What a plan must contain before new evidence is taken under it; stored evidence is read without these rules."""

from collections.abc import Iterator

from rollout.metrics import MetricKind
from rollout.plan.criterion import Criterion, EvidenceSource, Support
from rollout.plan.document import Plan
from rollout.plan.procedure import restores
from rollout.plan.unread import unread
from rollout.statistics.slices import LEAST_SLICE_S
from rollout.values import as_text

SEEN_SHARE = 0.95  # of the samples of a window; the rest may be errors of the source
FEW_LOOKS = 10
USUAL_S = 60.0
SHARES_OF_A_LOAD = (MetricKind.FAIL_SHARE, MetricKind.LATENCY)
COUNTED = {
    MetricKind.COMPARISON: "pair",
    MetricKind.LOSS: "write",
    MetricKind.SATISFACTION: "answer",
}  # nothing but the criterion says how many it takes


def unfit_for_evidence(plan: Plan) -> list[str]:
    """
    A line for each key that is unread, missing or too short: its name, the reason and what to write; empty if none.
    """
    lines = [line for item in plan.criteria for line in unread(item) or missing(plan, item)]
    lines += unsaid_danger(plan)
    return list(dict.fromkeys(lines))


def unsaid_danger(plan: Plan) -> Iterator[str]:
    """A line for each step of a procedure that people do and that does not say whether it overwrites data."""
    for procedure in plan.procedures:
        for name, step in procedure.named_steps:
            if step.action is None and "destructive" not in step.model_fields_set:
                yield (
                    f"procedures.{procedure.id}.{name}.destructive: is missing: people do {step.run!r}, so nothing else tells"
                    " whether it overwrites data; write true, or false, which shows it on every ROLLBACK"
                )


def missing(plan: Plan, item: Criterion) -> list[str]:
    """A line for each key that a criterion lacks, or whose value is too short."""
    return [
        *short_slices(plan, item),
        *unsaid_sampling(plan, item),
        *unsaid_counts(item),
        *too_few(plan, item),
        *uncertain_for_users(item),
        *advisory_triggers(item),
        *restoring_advice(item),
    ]


def short_slices(plan: Plan, item: Criterion) -> Iterator[str]:
    """A line for each slice that is missing, or too short for the required support."""
    if is_comparison(item):
        if item.slice is not None and item.slice < LEAST_SLICE_S:
            yield (
                f"criteria.{item.id}.slice: {item.slice:g} s is too short: a comparison is bet on in slices of"
                f" {LEAST_SLICE_S} s at least: requests within one stall are not independent"
            )
        return
    for key, slice_s in slices_of(plan, item).items() if item.support is Support.REQUIRED else ():
        if slice_s is None or slice_s < LEAST_SLICE_S:
            yield (
                f"{key}: {'is missing' if slice_s is None else f'{slice_s:g} s is too short'}: {item.id!r} requires"
                f" support, which needs slices of {LEAST_SLICE_S} s at least: requests within one stall are not independent"
            )


def slices_of(plan: Plan, criterion: Criterion) -> dict[str, float | None]:
    """Key of the plan → the length in seconds of the slices that a criterion is bet on."""
    if criterion.source is not EvidenceSource.LOAD:
        return {f"criteria.{criterion.id}.slice": criterion.slice}
    loads = {phase: plan.phase(phase).load for phase in criterion.phases}
    return {f"phases.{phase}.load.slice": load.slice for phase, load in loads.items() if load}


def unsaid_sampling(plan: Plan, item: Criterion) -> Iterator[str]:
    """A line for each key about sampling that a sampled criterion lacks: `least`, `longest_interval`, `slice`."""
    if not is_sampled(item):
        return
    if "least" not in item.model_fields_set:
        yield (
            f"criteria.{item.id}.least: is missing: one sample would do; write the fewest that prove it,"
            f" such as {usual_least(plan, item)}"
        )
    if item.longest_interval is None:
        yield (
            f"criteria.{item.id}.longest_interval: is missing: what lies between two samples was not seen; write how far"
            f' apart they may be, such as longest_interval = "{USUAL_S:g}s"'
        )
    if item.slice is None and is_about_users(item):
        yield f'criteria.{item.id}.slice: is missing: users\' traffic is judged in slices; write such as slice = "30s"'


def unsaid_counts(item: Criterion) -> Iterator[str]:
    """A line for a criterion on pairs, writes or answers that does not say how many it takes."""
    one = COUNTED.get(item.measured.kind) if item.metric else None
    if one and "least" not in item.model_fields_set:
        yield (
            f"criteria.{item.id}.least: is missing: one {one} would do; write the fewest {one}s that prove it, such as"
            f" least = {FEW_LOOKS}"
        )


def too_few(plan: Plan, item: Criterion) -> Iterator[str]:
    """A line for a criterion on samples, on a share of requests, on writes or on answers, that a handful of them would prove."""
    if "least" not in item.model_fields_set or item.least >= FEW_LOOKS:
        return
    said = f"criteria.{item.id}.least: is {item.least}: so few %s prove nothing; write {FEW_LOOKS} or more, "
    if is_sampled(item):
        yield said % "samples" + f"such as {usual_least(plan, item)}"
    elif item.metric is not None and (one := COUNTED.get(item.measured.kind)):
        yield said % f"{one}s" + f"such as least = {FEW_LOOKS}"
    elif item.metric is not None and item.measured.kind in SHARES_OF_A_LOAD and not item.advisory:
        yield said % "requests" + "or leave it out: then least_requests of the load counts"


def uncertain_for_users(item: Criterion) -> Iterator[str]:
    """A line for a budget of users' own traffic that decides without support."""
    if is_about_users(item) and not item.advisory and item.support is not Support.REQUIRED:
        yield (
            f"criteria.{item.id}.support: is {item.support.value!r}: the budgets of users' own traffic must be certain;"
            f' write support = "{Support.REQUIRED.value}"'
        )


def advisory_triggers(item: Criterion) -> Iterator[str]:
    """A line for a criterion with a trigger that would never call for a rollback."""
    if item.advisory and item.trigger is not None:
        yield (
            f"criteria.{item.id}.advisory: with a trigger: what calls for a rollback decides; take out advisory, or the"
            " trigger"
        )


def restoring_advice(item: Criterion) -> Iterator[str]:
    """A line for each next step that restores something, though no loss of data led to it; a drill may, beside the database."""
    lost = item.metric is not None and item.measured.kind is MetricKind.LOSS
    if lost or item.source is EvidenceSource.DRILL:
        return
    for key in ("next", "next_unproven", "next_broken"):
        if restores(getattr(item, key) or ""):
            yield (
                f"criteria.{item.id}.{key}: {getattr(item, key)!r} restores something, and stands on every page with it;"
                " write the restore as a step of a procedure, with destructive = true"
            )


def is_comparison(item: Criterion) -> bool:
    """Whether a criterion is about a release beside the one before it."""
    return item.metric is not None and item.measured.kind is MetricKind.COMPARISON


def is_sampled(item: Criterion) -> bool:
    """Whether a monitor takes the samples of a criterion."""
    return item.metric is not None and item.measured.rules.producer == "metric"


def is_about_users(item: Criterion) -> bool:
    """Whether a criterion is about the requests of users."""
    return item.metric is not None and item.measured.kind.value.startswith("users-")


def usual_least(plan: Plan, item: Criterion) -> str:
    """The number of samples in the shortest window of its phases, as a key of the plan."""
    steps = [step for phase in map(plan.phase, item.phases) for step in phase.steps if item.step in (None, step.id)]
    window_s = min((step.monitor for step in steps if step.monitor), default=None)
    if window_s is None:
        return f"least = {FEW_LOOKS}"
    every = item.longest_interval or USUAL_S
    number = max(FEW_LOOKS, int(SEEN_SHARE * window_s / every))
    return f"least = {number} ({SEEN_SHARE:.0%} of {as_text(window_s)} with a look every {as_text(every)})"
