"""A user's reads of XCodeReviewer: the account, its projects and a completed review."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rollout.drill.application_check import UserReads
from rollout.target import Action
from rollout.target.http import client_to
from xcodereviewer.api import PAGE, Api
from xcodereviewer.fixtures.reviews import source_of
from xcodereviewer.fixtures.users import known
from xcodereviewer.models import Task
from xcodereviewer.target import XcrTarget

NAME = "rollout-restore-drill"


def read(target: XcrTarget) -> dict[str, str]:
    """The reads of the account that the target names, preferably the plain user; empty if it names none."""
    with known_account(target) as person:
        return {} if person is None else seen_by(person)


def seen_by(person: Api) -> dict[str, str]:
    """Name of a read → its answer, for one account."""
    said = {"the account": person.me().model_dump_json()}
    said |= {f"project {each.id}": each.model_dump_json() for each in person.projects(page_size=PAGE).items}
    if review := completed_review(person):
        said[f"review {review.id}"] = review.model_dump_json()
        said[f"the issues of review {review.id}"] = str(person.issues_of(review))
    return said


def completed_review(person: Api) -> Task | None:
    """The first completed review of an account, in the order of the API's list."""
    return next((task for task in person.tasks(page_size=PAGE).items if task.status == "completed"), None)


@contextmanager
def something_to_read(target: XcrTarget) -> Iterator[None]:
    """
    Create a project with a review if the account has none and the target allows writes.

    After the block it is deleted, and so are those of killed drills.
    """
    with known_account(target) as person:
        if person is None or not target.may(Action.WRITE):
            yield
            return
        with suppress(AssertionError):  # without a review there is only less to compare
            if completed_review(person) is None:
                person.ended(person.new_task(person.new_project(NAME, **source_of(target))))
        try:
            yield
        finally:
            with suppress(AssertionError):
                remove_made(person)


def remove_made(person: Api) -> None:
    """Delete the projects of drills, those of killed ones too."""
    for project in person.projects(page_size=PAGE).items:
        if project.name == NAME:
            person.delete_project(project.id)


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


READS = UserReads(read, something_to_read)  # type: ignore[arg-type]  # a suite has a model of its own for targets
