"""Projects: what one request made, the next ones see."""

import pytest

from rollout.target.answer import expect, expect_as
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.models import Page, Project
from xcodereviewer.unique_names import fresh_name

pytestmark = [pytest.mark.criterion("features-functional"), pytest.mark.promise("api: GET /api/v1/projects/{id}")]


@pytest.mark.promise("api: GET /api/v1/projects")
def test_a_new_project_shows_up_in_the_list(api: Api, project: Project) -> None:
    """
    What one request created, the next one lists and opens.
    """
    assert project in api.projects(search=project.name).items
    assert api.project(project.id) == project


@pytest.mark.promise("api: POST /api/v1/projects")
def test_a_project_keeps_what_it_was_given(api: Api, new_project: NewProject) -> None:
    """
    Name and description come back as they were sent, whatever script they are written in.
    """
    name, description = f"{fresh_name()} Ελλάδα 漢字 🚀", "Zeilen\nund 'Anführungszeichen' \"doppelt\""
    made = new_project(name, description=description, source_type="github")
    seen = api.project(made.id)
    assert (seen.name, seen.description, seen.source_type) == (name, description, "github")


@pytest.mark.promise("api: PUT /api/v1/projects/{id}")
def test_a_change_to_a_project_stays(api: Api, project: Project) -> None:
    """
    A changed description is there when the project is opened again, and nothing else changed.
    """
    expect(api.request("PUT", f"/projects/{project.id}", json={"description": "changed"}))
    assert api.project(project.id) == project.model_copy(update={"description": "changed"})


@pytest.mark.promise("api: a soft delete: it leaves the list and can be restored")
def test_a_deleted_project_leaves_the_list_and_comes_back_restored(api: Api, project: Project) -> None:
    """
    Deleting hides a project from list and search, restoring brings the same project back.
    """
    api.delete_project(project.id)
    assert api.projects(search=project.name).items == ()
    expect(api.post(f"/projects/{project.id}/restore"))
    assert api.projects(search=project.name).items == (project,)


@pytest.mark.promise("api: GET /api/v1/projects/deleted/list")
def test_a_deleted_project_is_listed_as_deleted(newcomer: Api) -> None:
    """
    What can be restored is found in the list of deleted projects.
    """
    project = newcomer.new_project(fresh_name())
    newcomer.delete_project(project.id)
    deleted = expect_as(Page[Project], newcomer.get("/projects/deleted/list"))
    assert [item.id for item in deleted.items] == [project.id]


@pytest.mark.promise("api: GET /api/v1/projects")
def test_search_finds_by_name_and_nothing_else(api: Api, new_project: NewProject) -> None:
    """
    A search for one name answers with that project alone.
    """
    wanted, _ = new_project(), new_project()
    assert [item.id for item in api.projects(search=wanted.name).items] == [wanted.id]


@pytest.mark.promise(
    'api: Lists: `page` ≥ 1, `page_size` ≤ 100 → `{"items": [], "total": n, "page": p, "page_size": s}`.'
)
def test_pages_are_disjoint_and_complete(api: Api, new_project: NewProject) -> None:
    """
    Five projects on pages of two: pages of 2, 2 and 1, without one twice or missing, each told the same total.
    """
    family = fresh_name()
    made = {new_project(f"{family}-{number}").id for number in range(5)}
    pages = [api.projects(search=family, page=number, page_size=2) for number in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert {item.id for page in pages for item in page.items} == made
    assert {(page.total, page.page_size) for page in pages} == {(5, 2)}


@pytest.mark.promise("api: Another owner's object: 404.")
def test_somebody_elses_project_does_not_exist(newcomer: Api, project: Project) -> None:
    """
    A project of another person is neither opened nor listed.
    """
    expect(newcomer.get(f"/projects/{project.id}"), 404)
    assert newcomer.projects(search=project.name).items == ()
