"""The settings and permissions that each criterion needs, read from the source of its checks, fixtures and helpers."""

import ast
from collections.abc import Collection, Iterable, Iterator

from rollout.checks import checks_by_criterion
from rollout.code_meaning import reached
from rollout.drill.exercise import installed_for
from rollout.metrics import Metric, MetricKind
from rollout.plan import EvidenceSource, Plan
from rollout.project import current_project
from rollout.sources.registry import metric, source_of
from rollout.suite import suite_of
from rollout.suite_code import SuiteCode
from rollout.target.settings import LOAD_NEEDS, READS, Action

ASKED = ("needed", "service_url", "NotConfigured")
WALK = "expect_no_complaint"  # of rollout.target.openapi
ASK = "ask"  # of rollout.target.raw_client


def needed_settings(plan: Plan, allowed: Collection[Action] = ()) -> dict[str, set[str]]:
    """Full criterion id → the settings without which it cannot be met, given the *allowed* actions."""
    known = set(suite_of(plan).target.model_fields)
    asked = asked_settings(plan, allowed)
    more = {name: {*drill_needs(plan, name), *measured_by(plan, name)} for name in plan.criterion_ids()}
    return {name: (known & asked.get(name, set())) | more.get(name, set()) for name in {**asked, **more}}


def asked_settings(plan: Plan, allowed: Collection[Action]) -> dict[str, set[str]]:
    """Full criterion id → the settings that its checks, or the users of its load, require."""
    checks = checks_by_criterion(plan)
    found = {name: settings_in(statements_of(plan, nodes), allowed) for name, nodes in checks.items()}
    kinds = {name: plan.criterion(name).measured.kind for name in plan.criterion_ids() if is_load(plan, name)}
    of_load = {compares: settings_in(statements_of_load(plan, compares)) for compares in (True, False)} if kinds else {}
    return found | {name: of_load[kind is MetricKind.COMPARISON] for name, kind in kinds.items()}


def is_load(plan: Plan, full_id: str) -> bool:
    """Whether a load shows a criterion."""
    return plan.criterion(full_id).source is EvidenceSource.LOAD


def statements_of_load(plan: Plan, compares: bool) -> list[ast.stmt]:
    """
    The classes beside the locustfile with all that they need; empty without a locustfile.

    For a load that *compares*: what the calls at the top level of the locustfile use, without the users.
    """
    file = current_project().root / suite_of(plan).locustfile
    code = SuiteCode(current_project().root, suite_of(plan).fixtures)
    if not file.is_file():
        return []
    if compares:
        return reached((each for each in code.statements(file) if isinstance(each, ast.Expr)), code.used_by)
    beside = (each for one in sorted(file.parent.glob("*.py")) for each in code.statements(one))
    return reached((each for each in beside if isinstance(each, ast.ClassDef)), code.needed_by)


def drill_needs(plan: Plan, full_id: str) -> tuple[str, ...]:
    """The settings that the drill for a criterion needs on every target; empty if no drill is installed."""
    drill = installed_for(plan.criterion(full_id))
    return drill.needs if drill else ()


def needed_outside(plan: Plan) -> dict[str, tuple[set[str], set[Action]]]:
    """Full criterion id → the additional settings and permissions that its drill needs on a real target."""
    drills = {name: drill for name in plan.criterion_ids() if (drill := installed_for(plan.criterion(name)))}
    return {name: (set(drill.needs_outside), set(drill.allows_outside)) for name, drill in drills.items()}


def metrics_of(plan: Plan, full_id: str) -> list[Metric]:
    """The metric of a criterion and its liveness metric (which shows that there was traffic to measure), as far as stated."""
    criterion = plan.criterion(full_id)
    return [metric(name) for name in (criterion.metric, criterion.liveness) if name]


def measured_by(plan: Plan, full_id: str) -> set[str]:
    """The settings that the metrics of a criterion usually need."""
    return {need for each in metrics_of(plan, full_id) for need in usual_needs(each)}


def usual_needs(measured: Metric) -> tuple[str, ...]:
    """The settings that a metric and its own source need, without regard to a target's `prometheus_queries`."""
    source = source_of(measured.name)
    return (*(source.needs if source else ()), *measured.needs)


def needed_permissions(plan: Plan) -> dict[str, set[Action]]:
    """Full criterion id → what the target must allow."""
    checks = checks_by_criterion(plan)
    load = {name: set(LOAD_NEEDS) for name in plan.criterion_ids() if is_load(plan, name)}
    drilled = {name: {Action.DRILL} for name in plan.criterion_ids() if installed_for(plan.criterion(name))}
    return {name: actions_in(statements_of(plan, nodes)) for name, nodes in checks.items()} | load | drilled


def statements_of(plan: Plan, nodes: Iterable[str]) -> list[ast.stmt]:
    """The test functions *nodes* with every fixture and helper that they build on."""
    code = SuiteCode(current_project().root, suite_of(plan).fixtures)
    return reached((each for node in nodes for each in code.test(node)), code.needed_by)


def settings_in(statements: Iterable[ast.stmt], allowed: Collection[Action] = ()) -> set[str]:
    """The settings that code requires given the *allowed* actions: the text arguments of its calls of `needed` and `NotConfigured`."""
    nodes = (node for statement in statements for node in run_where(statement, allowed))
    calls = (node for node in nodes if isinstance(node, ast.Call))
    asked = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id in ASKED]
    return {str(a.value).partition(".")[0] for node in asked for a in node.args if isinstance(a, ast.Constant)}


def run_where(node: ast.AST, allowed: Collection[Action]) -> Iterator[ast.AST]:
    """The nodes below *node* that run given the *allowed* actions: in a function, none after `if target.may(…): return …`."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from run_where(child, allowed)
        if isinstance(node, ast.FunctionDef) and returns_where(child, allowed):
            return


def returns_where(statement: ast.AST, allowed: Collection[Action]) -> bool:
    """Whether a statement is `if target.may(…): … return` and every action in it is *allowed*."""
    if not (isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return)):
        return False
    asked = statement.test
    if not (isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute) and asked.func.attr == "may"):
        return False
    return {name for each in asked.args for name in named_action(each)} <= {action.name for action in allowed}


def actions_in(statements: Iterable[ast.stmt]) -> set[Action]:
    """The actions that code names, without those inside calls of `may`, which only ask."""
    return {action for statement in statements for action in actions_of(statement)}


def actions_of(statement: ast.stmt) -> Iterator[Action]:
    """The actions that one statement names, and PROBE if it sends more than reads through a raw client."""
    yield from (Action[name] for name in action_names(statement))
    if any(probes(node) for node in ast.walk(statement)):
        yield Action.PROBE


def probes(node: ast.AST) -> bool:
    """Whether a node walks all API operations, or calls `RawClient.ask` with a method that is not, or may not be, a read."""
    if isinstance(node, ast.Name):
        return node.id == WALK
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == ASK and node.args
    ):
        return False
    method = node.args[0]
    if isinstance(method, ast.Constant) and isinstance(method.value, str):
        return method.value.isupper() and method.value not in READS
    return isinstance(method, ast.Attribute) and method.attr == "method"


def action_names(node: ast.AST) -> Iterator[str]:
    """The names in `Action.NAME` below *node*, calls of `may` left out."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "may":
        return
    yield from named_action(node)
    for child in ast.iter_child_nodes(node):
        yield from action_names(child)


def named_action(node: ast.AST) -> Iterator[str]:
    """The name in `Action.NAME` if *node* is such an attribute."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Action":
        yield node.attr
