"""Ids are numbers in some deployments and UUIDs in others."""

import pytest

from xcodereviewer.models import Id, Project, Task

UUID = "3b0c8d1e-5d0f-4c53-9d0b-1f4f7a0c9e11"


@pytest.mark.parametrize("key", [pytest.param(7, id="a number"), pytest.param(UUID, id="a UUID")])
def test_an_id_is_read_as_it_comes(key: Id) -> None:
    """
    It goes back into paths and bodies unchanged.
    """
    project = {"id": key, "name": "p", "source_type": "local", "status": "active", "owner_id": key}
    task = {"id": key, "project_id": key, "status": "pending", "progress": 0}
    assert Project.model_validate(project, strict=True).id == key
    assert Task.model_validate(task, strict=True).project_id == key
