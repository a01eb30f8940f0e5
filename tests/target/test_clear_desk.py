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


def test_projects_of_others_are_kept_where_a_backend_shows_them() -> None:
    """
    A defect of the backend must not make a check destroy what people made.
    """
    items = [{**PROJECT, "id": 1, "owner_id": 7}, {**PROJECT, "id": 2, "owner_id": 8}]
    service = Service()
    service.answers |= {
        LOGIN: (200, TOKENS),
        "/api/v1/auth/me": (200, PERSON),
        "/api/v1/projects": (200, {"items": items, "total": 2, "page": 1, "page_size": 100}),
        "/api/v1/projects/1": (204, b""),
        "/api/v1/projects/2": (204, b""),
    }
    with serving(service) as running:
        facts = {"name": "x", "environment": "staging", "base_url": running.url, "allow": ["write"]}
        with client_to(XcrTarget.model_validate(facts)) as client:
            person = Api(client, "a", SecretStr("s3cret-word"))
            person.login()
            person.me()
            clear_desk(person)
    assert [path for path, _ in service.asked if path[-1].isdigit() and "page" not in path] == ["/api/v1/projects/1"]
