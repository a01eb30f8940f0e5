"""Alert rules for Prometheus come from the plan, and promtool sees each fire beyond its limit and stay silent within it."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from rollout.alert_rules import FILE, AlertError, AlertExpression, alert_rules, cases_text, rules_text
from rollout.alerts import disagreement
from rollout.plan import Plan, load_plan
from rollout.target import prometheus
from xcodereviewer.alert_queries import EXPRESSIONS

FACTS = {"pool": "30"}
WITHOUT_PROMTOOL = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs promtool on PATH: nobody tried the rules"
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


def tried(rules: str, cases: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What promtool says of the texts of rules and their cases."""
    (folder / FILE).write_text(rules, encoding="utf-8")
    (folder / "cases.yml").write_text(cases, encoding="utf-8")
    return subprocess.run(
        ["promtool", "test", "rules", "cases.yml"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_each_alert_of_the_plan_has_the_rule_that_its_check_looks_for(plan: Plan) -> None:
    """
    By name, with operator and threshold of the plan.
    """
    rules = {rule.alert.rule: rule for rule in alert_rules(plan, EXPRESSIONS, FACTS)}
    assert list(rules) == [alert.rule for alert in plan.alerts]
    for alert in plan.alerts:
        shown = prometheus.AlertRule(name=alert.rule, query=rules[alert.rule].condition)
        assert disagreement(shown, alert.limit) is None


@WITHOUT_PROMTOOL
def test_each_rule_fires_beyond_its_limit_and_is_silent_within(plan: Plan, tmp_path: Path) -> None:
    """
    Far from it, on both sides of it, and at it where the query is exact.
    """
    rules = alert_rules(plan, EXPRESSIONS, FACTS)
    cases = cases_text(rules)
    for alert in plan.alerts:
        assert {f"{alert.rule} fires", f"{alert.rule} is silent"} <= set(
            re.findall(rf"{alert.rule} (?:fires|is silent)", cases)
        )
    said = tried(rules_text(rules), cases, tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr


@WITHOUT_PROMTOOL
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param('status=~\\"5..\\"', 'code=~\\"5..\\"', id="a label has another name"),
        pytest.param("db_connections_active", "db_pool_active", id="a series is missing"),
        pytest.param("1000 * histogram_quantile", "histogram_quantile", id="the unit is another"),
        pytest.param("histogram_quantile(0.95", "histogram_quantile(0.5", id="it is another quantile"),
        pytest.param("for: 1m", "for: 30m", id="it waits longer than anybody looks"),
        pytest.param(") > 5", ") > 50", id="the threshold is another"),
        pytest.param(">= 100", "> 100", id="equality is left out"),
        pytest.param("sum by (le)", "sum by (instance)", id="the buckets are added up"),
        pytest.param(
            "unless http_requests_total", "and http_requests_total", id="a counter that appears counts nothing"
        ),
        pytest.param("sum(celery_queue_length)", "avg(celery_queue_length) / 2", id="it is another sum"),
        pytest.param("/ sum(rate(http_requests_total[5m]))", "/ 1", id="the share is of nothing"),
        pytest.param("alert: HighErrorRate", "alert: HighErrors", id="the name is another"),
    ],
)
def test_a_rule_that_is_wrong_is_found_by_its_cases(plan: Plan, tmp_path: Path, right: str, wrong: str) -> None:
    """
    Each mutation of the rules fails some case.
    """
    rules = alert_rules(plan, EXPRESSIONS, FACTS)
    text = rules_text(rules)
    assert right in text
    assert tried(text.replace(right, wrong), cases_text(rules), tmp_path).returncode != 0


@pytest.mark.parametrize(
    ("known", "facts", "complaint"),
    [
        pytest.param({}, FACTS, "no package says how Prometheus tells errors.critical_count", id="nobody knows it"),
        pytest.param(EXPRESSIONS, {}, "'pool-exhausted' needs pool: add --set pool=VALUE", id="a fact is missing"),
        pytest.param(
            EXPRESSIONS, {**FACTS, "size": "3"}, "--set size: no rule asks for it; they ask for: pool", id="unused"
        ),
    ],
)
def test_what_no_rule_can_be_written_for_is_told_with_the_way_out(
    plan: Plan, known: Mapping[str, AlertExpression], facts: dict[str, str], complaint: str
) -> None:
    """
    In one line, and no half of a file.
    """
    with pytest.raises(AlertError, match=re.escape(complaint)):
        alert_rules(plan, known, facts)
