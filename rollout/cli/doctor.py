"""`rollout doctor`: can the plan be decided at all, and what can never reach GO as configured?"""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rollout.checks import checks_by_criterion
from rollout.cli.options import PlanFile, TargetName, WithFaults, rules_of
from rollout.cli.output import console
from rollout.embedded import target_at_hand
from rollout.extensions import extensions, why_unusable
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.metrics import Kind
from rollout.origin import refused_waivers
from rollout.plan import Plan, Source
from rollout.prove.proof import load_proof, unproven
from rollout.sources.needs import missing
from rollout.sources.registry import metric
from rollout.statistics.binomial import least_all_good
from rollout.suite import suite_of
from rollout.target import Target
from rollout.target.release import UNKNOWN


def doctor(target: TargetName = None, plan: PlanFile = None, with_faults: WithFaults = False) -> int:
    """
    Check plan and target before a phase starts. Exit 0 if every phase can reach GO, else 64.
    """
    rules = rules_of(plan)
    suite = suite_of(rules)
    out = console()
    hopeless = untested(rules) | (unproven(rules, load_proof()) if suite.expectations else {})
    compared = any(rules.compares(phase.id) for phase in rules.phases)
    with target_at_hand(suite, target, baseline=compared, with_faults=with_faults) as system:
        hopeless |= unreachable(rules, system) | refused_waivers(rules, system)
        release = suite.observed_release(system)
    remarks = {**small_groups(rules)}
    report(out, rules, hopeless, remarks)
    show_extensions(out)
    out.print(f"target {system.name} ({system.environment}) at {system.url()}: release {release}", markup=False)
    return EXIT_CONFIGURATION if hopeless or release == UNKNOWN else 0


def untested(rules: Plan) -> dict[str, str]:
    """Criteria that tests should prove and that no test bears."""
    checks = checks_by_criterion(rules)
    return {
        full_id: "no test bears it: it stays UNPROVEN"
        for full_id in rules.criterion_ids()
        if rules.criterion(full_id).source is Source.TESTS and full_id not in checks
    }


def unreachable(rules: Plan, system: Target) -> dict[str, str]:
    """Criteria whose evidence needs a setting that the target does not have, that of its liveness included."""
    found = {}
    for full_id in rules.criterion_ids():
        criterion = rules.criterion(full_id)
        names = [name for name in (criterion.metric, criterion.liveness) if name]
        unset = [variable for name in names for variable in missing(metric(name), system)]
        if unset and full_id not in system.not_applicable:
            found[full_id] = (
                f"{', '.join(dict.fromkeys(unset))} {'is' if len(set(unset)) == 1 else 'are'} not set: it stays UNPROVEN"
            )
    return found


def small_groups(rules: Plan) -> dict[str, str]:
    """What the sample sizes in the plan can and cannot support."""
    found = {}
    for full_id in rules.criterion_ids():
        criterion = rules.criterion(full_id)
        if criterion.metric and criterion.measured.kind is Kind.SATISFACTION and criterion.limit:
            needed = least_all_good(criterion.limit.value / 100)
            if criterion.least < needed:
                found[full_id] = (
                    f"{criterion.least} answers cannot support {criterion.limit} at 95 %: that takes {needed}"
                )
    return found


def report(out: Console, rules: Plan, hopeless: dict[str, str], remarks: dict[str, str]) -> None:
    """What was found, worst first."""
    table = Table("", "criterion", "finding", box=None, pad_edge=False)
    for mark, style, found in (("x", "red", hopeless), ("i", "yellow", remarks)):
        for full_id, text in found.items():
            table.add_row(Text(mark, style=style), Text(full_id), Text(text))
    if table.row_count:
        out.print(table)
    out.print(
        f"plan: {len(rules.phases)} phases, {len(rules.criterion_ids())} criteria, {len(hopeless)} can never reach GO",
        markup=False,
    )


def show_extensions(out: Console) -> None:
    """What installed packages add to the engine, by group; one that cannot be loaded is named with the reason."""
    for group, entries in extensions():
        names = ", ".join(entry.name for entry in entries) or "none"
        out.print(f"{group.name} ({group.brings}): {names}", markup=False, style="dim")
        for entry in entries:
            if why := why_unusable(entry):
                out.print(f"x {group.name}: {entry.name} cannot be loaded: {why}", markup=False, style="red")
