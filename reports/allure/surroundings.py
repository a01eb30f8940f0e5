"""The files around Allure's results: environment, executor, categories of defects, and settings of the page."""

from typing import Any

from reports.headline import how_far, next_words, sentence
from reports.text import clean
from rollout.judge.decision import Decision
from rollout.values import as_moment

CATEGORIES = [
    {
        "name": "Calls for a rollback",
        "matchedStatuses": ["failed"],
        "messageRegex": "TRIGGERED[\\s\\S]*",
    },
    {"name": "Does not hold", "matchedStatuses": ["failed"]},
    {"name": "Not proven yet", "matchedStatuses": ["unknown", "skipped"]},
    {"name": "The check itself is defective", "matchedStatuses": ["broken"]},
]
TREE = ["epic", "feature", "story"]


def environment(decision: Decision) -> str:
    """`environment.properties`: release, target, plan and decision."""
    told = {
        "decision": decision.line,
        "why": sentence(decision),
        "next": next_words(decision),
        "how.far": how_far(decision),
        "phase": decision.title,
        "target": decision.target,
        "environment": decision.environment,
        "release": decision.release,
        "decided": as_moment(decision.decided_at),
        "plan": decision.plan,
        "exit.code": decision.exit_code,
    }
    return "".join(f"{name} = {clean(str(value)).replace(chr(92), '/')}\n" for name, value in told.items())


def executor(decision: Decision) -> dict[str, Any]:
    """`executor.json`: the gate that ran, by its number."""
    return {
        "name": "rollout gate",
        "type": "rollout",
        "buildName": f"{decision.phase} on {decision.target}, {decision.release}",
        "buildOrder": decision.attempts,
        "reportName": f"{decision.line}: {decision.title}",
    }


def configuration(decision: Decision) -> dict[str, Any]:
    """`allurerc.json`: phase, criterion and sentence as the tree, one page, and the runs before as history."""
    name = f"{decision.line}: {decision.title}"
    page = {"groupBy": TREE, "singleFile": True, "reportName": name, "theme": "auto"}
    return {
        "name": name,
        "output": "./allure-report",
        "historyPath": "./allure-history.jsonl",
        "historyLimit": 20,
        "categories": {"rules": CATEGORIES},
        "plugins": {"awesome": {"options": page}},
    }
