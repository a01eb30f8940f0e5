"""No check falls back on a value that nobody said: what only a deployment knows has no default, and is asked for by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from rollout.code_meaning import parsed
from rollout.needed_settings import settings_in
from xcodereviewer.target import XcrTarget

ROOT = Path(__file__).resolve().parents[2]
READERS = ("smoke", "integration", "load", "xcodereviewer")
OF_STANDIN = "disposable_standin.py"  # its target is always a stand-in, which has everything
PUBLISHED = {
    "ready_path": "docs/api.md",
    "ready_text": "docs/api.md",
    "metrics_ignore": "docs/api.md",
    "openapi_path": "docs/api.md",
    "admin_operations": "docs/api.md: the operations of administrators",
    "kubernetes_namespace": "the manifests; nothing happens there without a context of kubectl, which has no default",
    "kubernetes_deployments": "the manifests: names in that namespace",
    "kubernetes_database_variable": "the settings of the backend by environment; it is only printed",
}
WISHES = {
    "rate_limit_burst": "more than the published limit of a minute",
    "certificate_min_days": "how long a certificate should last",
    "hsts_min_age": "how long browsers should remember",
    "secrets_max_age": "the rotation period",
}
NOTHING_TO_SAY = {
    "name": "the name of the file",
    "release": "without it the system is asked",
    "ca_file": "without it the public authorities are trusted",
    "environment": "always set",
    "not_applicable": "nothing is left out",
    "unowned_operations": "every object is somebody's",
    "rate_limit_probe": "without it the account's own limit is reached",
    "dns_server": "without it the resolvers of this machine are asked",
    "kubernetes_percentage_variable": "without it people lower the percentage",
    "prometheus_token": "asked for where Prometheus lets nobody in without one",
    "grafana_token": "asked for where Grafana lets nobody in without one",
    "prometheus_url": "without it the error log and the counters of the backend tell",
    "metrics_urls": "the metric itself asks for them",
    "admin_email": "asked for by the role in `known`",
    "user_email": "asked for by the role in `known`",
    "admin_password": "asked for by the role in `known`",
    "user_password": "without it the accounts of a load are new in every run",
    "reset_token": "asked for once no token is known otherwise",
    "secrets_rotated_at": "asked for once the backend does not tell it either",
    "frontend_url": "more is asked of the target where there is one",
    "base_url": "always set",
}


DO_WITHOUT = {
    "'admin'": "only a stand-in is moved from step to step",
    "'configuration'": "the target's file may say when secrets were renewed",
    "'first_review'": "only where no worker has taken a task yet",
}


def has_default(field: FieldInfo) -> bool:
    """Whether a setting that nobody sets has a value."""
    return not field.is_required() and field.default not in (None, (), {}, frozenset())


def test_a_default_is_published_or_a_wish() -> None:
    """
    Anything else would be invented: a deployment that is made otherwise would be accused by it.
    """
    defaults = {name for name, field in XcrTarget.model_fields.items() if has_default(field)}
    assert defaults == PUBLISHED.keys() | WISHES.keys()


def test_a_setting_that_may_be_missing_is_asked_for_where_it_is_read() -> None:
    """
    By `needed` or NotConfigured in the same function; or it stands in the list of those that say nothing by being absent.
    """
    optional = {
        name for name, field in XcrTarget.model_fields.items() if not has_default(field)
    } - NOTHING_TO_SAY.keys()
    files = [file for folder in READERS for file in (ROOT / folder).rglob("*.py") if file.name != OF_STANDIN]
    silent = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in sorted(files)
        for function in functions(file)
        for name in sorted((read_in(function) & optional) - settings_in([function]))
    ]
    assert silent == []


def test_a_fixture_that_a_check_needs_is_a_parameter_of_it() -> None:
    """
    One that is asked for by a text may be missing, and no page and no doctor says that a criterion needs its settings.
    """
    files = [file for folder in READERS for file in (ROOT / folder).rglob("*.py")]
    asked = {text for file in files for text in texts_asked(parsed(file))}
    assert asked == DO_WITHOUT.keys()


def texts_asked(tree: ast.AST) -> Iterator[str]:
    """What code gives to each of its calls of `getfixturevalue`, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "getfixturevalue":
            yield from map(ast.unparse, node.args)


def functions(file: Path) -> Iterator[ast.stmt]:
    """The functions of a file, methods included, each as a whole."""
    yield from (node for node in ast.walk(parsed(file)) if isinstance(node, ast.FunctionDef))


def read_in(function: ast.stmt) -> set[str]:
    """The attributes that a function reads of what it calls a target."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Attribute)]
    return {node.attr for node in nodes if ast.unparse(node.value).rpartition(".")[2] in ("target", "reachable")}
