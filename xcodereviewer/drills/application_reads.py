"""What a user reads of XCodeReviewer: who they are, their projects and a review that was completed."""

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
    """What the target says to the account that it names, the plain user's first; nothing where it names none."""
    with known_account(target) as person:
        return {} if person is None else seen_by(person)


def seen_by(person: Api) -> dict[str, str]:
    """What somebody reads, each by its name."""
    said = {"the account": person.me().model_dump_json()}
    said |= {f"project {each.id}": each.model_dump_json() for each in person.projects(page_size=PAGE).items}
    if review := completed_review(person):
        said[f"review {review.id}"] = review.model_dump_json()
        said[f"the issues of review {review.id}"] = str(person.issues_of(review))
    return said


def completed_review(person: Api) -> Task | None:
    """The first of somebody's reviews that was completed, as the API lists them."""
    return next((task for task in person.tasks(page_size=PAGE).items if task.status == "completed"), None)


@contextmanager
def something_to_read(target: XcrTarget) -> Iterator[None]:
    """A project with a review, where the account has none and the target allows to write; gone after the block, whoever made it."""
    with known_account(target) as person:
        if person is None or not target.may(Action.WRITE):
            yield
            return
        with suppress(AssertionError):  # without it there is less to compare
            if completed_review(person) is None:
                person.ended(person.new_task(person.new_project(NAME, **source_of(target))))
        try:
            yield
        finally:
            with suppress(AssertionError):
                remove_made(person)


def remove_made(person: Api) -> None:
    """Throw the drill's projects away, those of a killed one too."""
    for project in person.projects(page_size=PAGE).items:
        if project.name == NAME:
            person.delete_project(project.id)


@contextmanager
def known_account(target: XcrTarget) -> Iterator[Api | None]:
    """The plain user or the administrator that the target names; None where it names neither."""
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
