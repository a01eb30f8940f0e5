"""Faults of monitoring: wrong alert rules, and a target that Prometheus cannot reach."""

import urllib.request
from pathlib import Path

from standin import prometheus
from standin.errors import StandinError
from standin.fault_actions.action import Params
from standin.fault_file import active
from standin.ports import port_in
from standin.state_file import State

NOBODY_LISTENS = 1


def rewrite_rules(state: State, params: Params) -> None:
    """Write the rules with the changes of all active faults."""
    on = active(Path(state.faults_file))
    text = prometheus.rules(threshold_wrong="wrong-alert-threshold" in on, one_missing="alert-rule-missing" in on)
    Path(state.alert_rules_file).write_text(text, encoding="utf-8")
    _reload(state)


def rewrite_targets(state: State, params: Params) -> None:
    """Point Prometheus to a port without a listener, or back."""
    if state.prometheus_url is None or state.grafana_url is None:
        raise StandinError("prometheus-target-down needs Prometheus; way out: put prometheus on PATH and boot again")
    down = "prometheus-target-down" in active(Path(state.faults_file))
    backend = NOBODY_LISTENS if down else port_in(state.base_url)
    text = prometheus.configuration(backend, port_in(state.grafana_url))
    Path(state.alert_rules_file).with_name("prometheus.yml").write_text(text, encoding="utf-8")
    _reload(state)


def _reload(state: State) -> None:
    if state.prometheus_url is None:
        return
    request = urllib.request.Request(f"{state.prometheus_url}/-/reload", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10):
            return
    except OSError as error:
        raise StandinError(f"Prometheus did not reload: {error}") from error
