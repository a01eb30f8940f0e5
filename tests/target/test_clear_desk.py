"""Whoever tidies up after a test deletes nothing that is somebody else's."""

from pydantic import SecretStr

from rollout.target.http import client_to
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer.api import Api
from xcodereviewer.fixtures.users import clear_desk
from xcodereviewer.target import XcrTarget

TOKENS = {"access_token": "a", "refresh_token": "r", "token_type": "bearer"}
PERSON = {"id": 7, "email": "a@example.com", "username": "a", "role": "user", "is_active": True}
PROJECT = {"name": "p", "source_type": "local", "status": "active"}


def listed(*projects: tuple[int, int]) -> dict[str, object]:
    """A page of projects by id and owner."""
    items = [{**PROJECT, "id": number, "owner_id": owner} for number, owner in projects]
    return {"items": items, "total": len(items), "page": 1, "page_size": 100}


def deleted_of(service: Service) -> list[str]:
    """The paths that tidying up deletes on *service*."""
    service.answers |= {LOGIN: (200, TOKENS), "/api/v1/auth/me": (200, PERSON)}
    service.answers |= {f"/api/v1/projects/{number}": (204, b"") for number in (1, 2, 3)}
    with serving(service) as running:
        facts = {"name": "x", "environment": "staging", "base_url": running.url, "allow": ["write"]}
        with client_to(XcrTarget.model_validate(facts)) as client:
            person = Api(client, "a", SecretStr("s3cret-word"))
            person.login()
            person.me()
            clear_desk(person)
    return [path for path, _ in service.asked if path[-1].isdigit() and "page" not in path]


def test_projects_of_others_are_kept_where_a_backend_shows_them() -> None:
    """
    A defect of the backend must not make a check destroy what people made.
    """
    service = Service()
    service.answers["/api/v1/projects"] = (200, listed((1, 7), (2, 8)))
    assert deleted_of(service) == ["/api/v1/projects/1"]


def test_projects_of_a_second_page_are_deleted_too() -> None:
    """
    What the first page hid is on it once that is gone; what stays there is not deleted twice.
    """
    service = Service()
    service.once["/api/v1/projects"] = (200, listed((1, 7)))
    service.answers["/api/v1/projects"] = (200, listed((1, 7), (3, 7)))
    assert deleted_of(service) == ["/api/v1/projects/1", "/api/v1/projects/3"]
