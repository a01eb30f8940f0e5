"""The criteria that a target as configured can meet, those that it cannot, and the step that unlocks most of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from rollout.drill.exercise import installed_for
from rollout.needed_settings import measured_by, metrics_of, needed_permissions, needed_settings
from rollout.plan import EvidenceSource, Plan
from rollout.sources.needs import is_set, missing
from rollout.target import Action, Target
from rollout.target.obstacle import file_of, place
from rollout.target.probe import Look
from rollout.values import STANDIN

ON_TARGET = (EvidenceSource.TESTS, EvidenceSource.LOAD, EvidenceSource.METRIC)


class Order(IntEnum):
    """The order of mending: failures, then missing settings, then missing permissions, which may be intended."""

    FAILED = 0
    MISSING = 1
    NOT_ALLOWED = 2


@dataclass(frozen=True)
class Lack:
    """A reason why one criterion cannot be met, the step that removes it, and its place in the order of mending."""

    criterion: str
    why: str
    way_out: str
    order: Order = Order.MISSING


def shown_here(plan: Plan, target: Target) -> list[str]:
    """The full ids of the criteria that *target* gives evidence about, without those it declares not applicable."""
    pairs = [(phase.id, each) for phase in plan.phases for each in plan.measured_on(target.environment, phase.id)]
    ids = [f"{phase}.{criterion.id}" for phase, criterion in pairs]
    return [full_id for full_id in ids if full_id not in target.not_applicable]


def lacks(plan: Plan, target: Target, found: Iterable[Look] = ()) -> list[Lack]:
    """Every missing setting, missing permission and failed probe, by criterion."""
    settings, permissions = needed_settings(plan, allowed_on(target)), needed_permissions(plan)
    every: list[Lack] = []
    found = list(found)
    failed = [look for look in found if look.settings and in_the_way(look, target)]
    spared = {name for look in found if look.state == "ok" for name in look.also}
    for full_id in shown_here(plan, target):
        asked = settings.get(full_id, set()) - measured_by(plan, full_id)
        every += unexercised(plan, target, full_id)
        every += [unset(target, full_id, name) for name in sorted(asked - spared) if not is_set(name, target)]
        every += [Lack(full_id, "not configured", step) for step in unmeasured(plan, target, full_id)]
        every += [
            not_allowed(target, full_id, action) for action in target.lacking(*sorted(permissions.get(full_id, ())))
        ]
        every += [
            Lack(full_id, f"{look.name}: {look.said}", look.way_out or f"mend it: {look.said}", Order.FAILED)
            for look in failed
            if touches(look, settings.get(full_id, set()), plan.criterion(full_id).source)
        ]
    return every


def allowed_on(target: Target) -> list[Action]:
    """What may be done to *target*."""
    return [action for action in Action if target.may(action)]


def in_the_way(look: Look, target: Target) -> bool:
    """Whether a probe failed, or found nothing although all its settings are set, if only by default."""
    return look.state == "failed" or (
        look.state == "not configured" and all(is_set(name, target) for name in look.settings)
    )


def touches(look: Look, settings: set[str], source: EvidenceSource) -> bool:
    """
    Whether a failed probe affects a criterion from *source* that needs *settings*.

    A missing release affects every criterion: without it no decision can be GO, attestations included.
    """
    if "release" in look.settings:
        return True
    return set(look.settings) <= settings or (source in ON_TARGET and "base_url" in look.settings)


def unset(target: Target, full_id: str, setting: str) -> Lack:
    """The lack of a setting that a criterion needs."""
    return Lack(full_id, "not configured", f"set {place(target, setting)}")


def not_allowed(target: Target, full_id: str, action: str) -> Lack:
    """The lack of a permission that a criterion needs in the target's file."""
    way_out = f"add {action!r} to `allow` in {file_of(target)}"
    return Lack(full_id, f"{action!r} is not allowed", way_out, Order.NOT_ALLOWED)


def unexercised(plan: Plan, target: Target, full_id: str) -> list[Lack]:
    """
    The settings and permissions that the drill for a criterion lacks on a real target; empty for a stand-in.

    A drill that exercises the embedded stand-in only is a lack of its own.
    """
    drill = installed_for(plan.criterion(full_id))
    if drill is None or target.environment == STANDIN:
        return []
    if not drill.embedded_only:
        return [
            *(unset(target, full_id, name) for name in drill.needs_outside if not is_set(name, target)),
            *(not_allowed(target, full_id, action) for action in target.lacking(*drill.allows_outside)),
        ]
    way_out = f"bring a drill for {drill.criterion} that exercises a real target: docs/drills.md"
    return [Lack(full_id, "its drill exercises the embedded stand-in only", way_out, Order.NOT_ALLOWED)]


def unmeasured(plan: Plan, target: Target, full_id: str) -> list[str]:
    """The steps that make the metrics of a criterion measurable, each once."""
    unset = (missing(each, target) for each in metrics_of(plan, full_id))
    return list(dict.fromkeys(f"set {' and '.join(places)}" for places in unset if places))


def ways_out(lacking: Iterable[Lack]) -> dict[str, list[str]]:
    """Way out → the criteria that it unlocks, in the order of mending; within one order, most criteria first."""
    found: dict[str, list[str]] = {}
    order: dict[str, Order] = {}
    for lack in lacking:
        order[lack.way_out] = min(lack.order, order.get(lack.way_out, lack.order))
        if lack.criterion not in found.setdefault(lack.way_out, []):
            found[lack.way_out].append(lack.criterion)
    return dict(sorted(found.items(), key=lambda pair: (order[pair[0]], -len(pair[1]))))


def by_phase(plan: Plan, target: Target, hopeless: Mapping[str, str]) -> dict[str, tuple[int, list[str]]]:
    """Phase → the number of its criteria that this target shows, and the deciding ones among them that cannot be met."""
    here = shown_here(plan, target)
    found = {}
    for phase in plan.phases:
        mine = [full_id for full_id in here if full_id.startswith(f"{phase.id}.")]
        deciding = [full_id for full_id in mine if full_id in hopeless and not plan.criterion(full_id).advisory]
        found[phase.id] = (len(mine), deciding)
    return found
