"""Read plan.toml; a wrong plan stops everything before the first request."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rollout.bounded_text import text_of, toml_of
from rollout.misspelt import Place, keys, told_once, unknown_key
from rollout.plan.document import Plan
from rollout.plan.proving import unfit_for_evidence
from rollout.project import ProjectError, current_project
from rollout.sources.installed import add_sources, source_types
from rollout.values import numbered


class PlanError(ValueError):
    """The faults of a plan, one line each: file, key, reason and what is permitted."""

    @property
    def first(self) -> str:
        """The first fault in one line, with the number of the others and the command that names them all."""
        first, *others = str(self).splitlines()
        more = f"; and {numbered(len(others), 'fault', 'faults')} more: rollout doctor names all" if others else ""
        return f"{first}{more}"


def load_plan(path: Path | None = None) -> Plan:
    """The checked plan, by default that of the current project; PlanError has every fault, one line each."""
    path = path or current_project().plan_file
    plan = stored_plan(path)
    if unfit := unfit_for_evidence(plan):
        raise PlanError("\n".join(f"{path.name}: {line}" for line in unfit))
    return plan


def stored_plan(path: Path) -> Plan:
    """The plan at *path*, for stored evidence: read without the rules that only new evidence must keep."""
    try:
        plan = parsed(path, text_of(path))
    except OSError as error:
        raise PlanError(f"{path}: cannot be read: {error.strerror}; name a plan with --plan") from error
    refuse_foreign_quotes(path, plan)
    return plan


@lru_cache(maxsize=4)
def parsed(path: Path, text: str) -> Plan:
    """The plan in a *text*, parsed once for each text; *path* is what errors name."""
    try:
        document = toml_of(text)
    except ValueError as error:
        raise PlanError(f"{path}: is not TOML: {error}") from error
    if not document.keys() & Plan.model_fields.keys():
        raise PlanError(f"{path}: is no rollout plan, no key of one is in it; name a plan with --plan")
    take_in_sources(path, document)
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        raise PlanError("\n".join(complaints(path, document, error))) from error


def take_in_sources(path: Path, document: Mapping[str, object]) -> None:
    """Register the sources of packages and of the suite before the criteria are read, which name their metrics."""
    if isinstance(name := document.get("suite"), str):
        try:
            suite = current_project().suite(name)
        except ProjectError as error:
            raise PlanError(f"{path.name}: suite: {error}") from None
        add_sources(*suite.sources)
    source_types()  # a source of another package that cannot be loaded is no fault of the plan


def plan_hash(plan: Plan) -> str:
    """
    The hash of the plan that evidence is taken under: it changes with every value, not with comments or layout.

    The name of the suite does not count: evidence of a plan without that key has the same hash. `meanings` has it.
    """
    return hashlib.sha256(plan.model_dump_json(exclude={"suite"}).encode()).hexdigest()[:16]


def complaints(path: Path, document: dict[str, object], error: ValidationError) -> list[str]:
    """One line for each fault, with list positions replaced by ids."""
    lines = []
    faults = told_once(Plan, error.errors(include_url=False, include_context=False))
    for fault in faults:
        if follows(fault, faults):
            continue
        place, reason = complaint(fault)
        key = readable(document, place)
        lines.append(f"{path.name}: {key}: {reason}" if key else f"{path.name}: {reason}")
    return lines


def complaint(fault: ErrorDetails) -> tuple[Place, str]:
    """Where a fault is, and its reason; a key that is not there is a fault of its table."""
    if fault["type"] == "extra_forbidden":
        return fault["loc"][:-1], unknown_key(Plan, fault["loc"])
    if fault["type"] in ("model_type", "model_attributes_type"):
        return fault["loc"], f"want a table with {', '.join(keys(Plan, fault['loc']))} (got {fault['input']!r})"
    reason = fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    got = "" if isinstance(fault["input"], dict | list) else f" (got {fault['input']!r})"
    return fault["loc"], f"{reason}{got}"


def follows(fault: ErrorDetails, faults: Iterable[ErrorDetails]) -> bool:
    """Whether a list is only too short because of faults in its items, which have lines of their own."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and other["loc"] != place for other in faults
    )


def readable(document: object, location: tuple[int | str, ...]) -> str:
    """`criteria.error-rate.limit.value` instead of `criteria.12.limit.value`."""
    parts = []
    for step in location:
        try:
            document = document[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            document = None
        name = document.get("id") if isinstance(step, int) and isinstance(document, dict) else None
        parts.append(str(name if name is not None else step))
    return ".".join(parts)


def refuse_foreign_quotes(path: Path, plan: Plan) -> None:
    """Raise PlanError for every quote that is not in the plan document word for word."""
    if plan.document is None:
        return
    text = words_of(path, plan.document)
    quoted = [(f"criteria.{item.id}", quote) for item in plan.criteria for quote in item.quotes]
    quoted += [(f"phases.{phase.id}.tasks", task.quote) for phase in plan.phases for task in phase.tasks]
    for name in ("alerts", "messages", "todos"):
        quoted += [(name, item.quote) for item in getattr(plan, name)]
    foreign = [
        f"{path.name}: {key}: {quote!r} does not stand in {plan.document}" for key, quote in quoted if quote not in text
    ]
    if foreign:
        raise PlanError("\n".join(foreign))


def words_of(path: Path, document: str) -> str:
    """The text of the *document* that the plan at *path* names; PlanError where it cannot be read."""
    try:
        return text_of(path.parent / document)
    except OSError as error:
        reason = error.strerror
    except ValueError as error:
        reason = str(error)
    raise PlanError(
        f"{path.name}: document: {document!r} cannot be read: {reason}; name a file relative to {path.name}"
    )
