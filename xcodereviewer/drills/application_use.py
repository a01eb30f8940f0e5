"""What a user does with XCodeReviewer on a copy of its database: signs in, reads, and creates a project."""

from collections.abc import Iterator
from contextlib import contextmanager

from rollout.target import Action
from rollout.target.http import client_to
from xcodereviewer.api import PAGE, Api
from xcodereviewer.fixtures.users import known
from xcodereviewer.models import Project, Task
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name


def use(target: XcrTarget) -> dict[str, str]:
    """
    Name of a thing → the answer about it, for the account that the target names, preferably the plain user.

    Empty if it names none. A project is created where the target allows writes.
    """
    with known_account(target) as person:
        if person is None:
            return {}
        return read_by(person) | (created_by(person) if target.may(Action.WRITE) else {})


def read_by(person: Api) -> dict[str, str]:
    """What one account reads."""
    said = {"the account": person.me().model_dump_json()}
    said |= {f"project {each.id}": each.model_dump_json() for each in person.projects(page_size=PAGE).items}
    if review := completed_review(person):
        said[f"review {review.id}"] = review.model_dump_json()
        said[f"the issues of review {review.id}"] = str(person.issues_of(review))
    return said


def created_by(person: Api) -> dict[str, str]:
    """A new project of an account; AssertionError unless it is read and listed as it was created, and deleted again."""
    project = person.new_project(fresh_name())
    expect_same(person.project(project.id), project)
    listed = [each.id for each in person.projects(search=project.name).items]
    assert project.id in listed, f"the list of projects: got no project {project.id}, want the new one"
    person.delete_project(project.id)
    return {"a new project": project.model_dump_json()}


def expect_same(found: Project, created: Project) -> None:
    """AssertionError unless a project is *found* under the name it was *created* with."""
    assert found.name == created.name, f"project {created.id}: got another name than it was created with"


def completed_review(person: Api) -> Task | None:
    """The first completed review of an account, in the order of the API's list."""
    return next((task for task in person.tasks(page_size=PAGE).items if task.status == "completed"), None)


@contextmanager
def known_account(target: XcrTarget) -> Iterator[Api | None]:
    """The plain user or the administrator that the target names; None if it names neither."""
    named = {
        "user": target.user_email and target.user_password,
        "admin": target.admin_email and target.admin_password,
    }
    role = next((role for role, password in named.items() if password), None)
    if role is None:
        yield None
        return
    with client_to(target) as client:
        yield known(target, lambda: client, role)
