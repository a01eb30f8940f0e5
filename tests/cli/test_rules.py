"""`rollout rules` prints the alert rules of the plan, and their cases."""

import json
from pathlib import Path

from tests.cli.project import Project

PLAN = str(Path(__file__).parents[2] / "plan.toml")


def test_the_command_prints_rules_and_cases(project: Project) -> None:
    """
    For the plan of the folder; a value that is no number is refused.
    """
    said = project.run_bare("rules", "--set", "pool=30", "--plan", PLAN)
    assert (said.code, said.out.count("- alert: "), said.err) == (0, 6, "")
    assert json.dumps("100 * sum(db_connections_active) / 30 >= 80") in said.out
    assert project.run_bare("rules", "--cases", "--set", "pool=30", "--plan", PLAN).out.count("- name: ") > 18
    said = project.run_bare("rules", "--set", "pool=many", "--plan", PLAN)
    assert (said.code, "--set pool=many: want NAME=NUMBER, such as pool=30" in said.err) == (64, True)
    said = project.run_bare("rules")
    assert said.code == 64
