"""Every kind of damage to an export is found and named."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from xcodereviewer.export_comparison import differences
from xcodereviewer.exports import export_of

Data = dict[str, Any]
Damage = Callable[[Data], object]


def renumbered(data: Data) -> None:
    """Give every row a new id, as an import does."""
    for table, rows in data.items():
        for row in rows if table in ("projects", "audit_tasks", "audit_issues") else ():
            for name in ("id", "project_id", "task_id"):
                if name in row:
                    row[name] += 1000


def issue_of(data: Data) -> Data:
    """The second issue, which is resolved nowhere and whose text is not plain."""
    issue: Data = data["audit_issues"][1]
    return issue


def test_new_ids_are_no_difference() -> None:
    """
    A document whose rows only have other ids equals the one before.
    """
    sent = export_of(10)
    got = copy.deepcopy(sent)
    renumbered(got["data"])
    assert differences(sent, got) == []


DAMAGES: list[Any] = [
    pytest.param(lambda d: d["audit_issues"].pop(), "audit_issues: got 9, want 10", id="a row lost"),
    pytest.param(lambda d: d["audit_issues"].append(d["audit_issues"][0]), "got 11, want 10", id="a row twice"),
    pytest.param(lambda d: issue_of(d).update(title="issue 00002 ??"), ".title: got", id="a text damaged"),
    pytest.param(lambda d: issue_of(d).update(description=None), ".description: got None", id="a text gone"),
    pytest.param(lambda d: issue_of(d).update(line_start=0), ".line_start: got 0, want 2", id="a number changed"),
    pytest.param(lambda d: issue_of(d).update(task_id=1), ".task_id: got", id="a row moved to another parent"),
    pytest.param(lambda d: issue_of(d).update(task_id=77), ".task_id: got None", id="a parent that is not there"),
    pytest.param(lambda d: issue_of(d).update(created_at="2025-03-03T02:59:07"), "its zone", id="a zone lost"),
    pytest.param(lambda d: issue_of(d).update(created_at="soon"), "want a time", id="a time that is none"),
    pytest.param(
        lambda d: d["audit_tasks"][0].update(completed_at="2025-04-04T03:59:07.000003+00:00"),
        ".completed_at: got",
        id="another instant",
    ),
]


@pytest.mark.parametrize(("damage", "complaint"), DAMAGES)
def test_a_damage_is_named(damage: Damage, complaint: str) -> None:
    """
    The damage is told with the field, what was got and what was wanted.
    """
    sent = export_of(10)
    got = copy.deepcopy(sent)
    damage(got["data"])
    assert complaint in " | ".join(differences(sent, got))
