"""Who asks which users are on the new backend, and what an answer that tells nothing is taken for."""

from collections.abc import Iterator

import pytest

from rollout.target.http import client_to
from rollout.target.obstacle import NotConfigured, Obstacle
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer.fixtures.exposure import Rollout, who_asks
from xcodereviewer.target import XcrTarget

PATH = "/api/v1/feature-flags"
REGISTER = "/api/v1/auth/register"
TOKENS = {"access_token": "a", "refresh_token": "r", "token_type": "bearer"}
PERSON = {"id": 1, "email": "a@example.com", "username": "a", "role": "user", "is_active": True}


@pytest.fixture
def service() -> Iterator[Service]:
    """A backend on which nobody is on the new backend."""
    running = Service()
    running.answers |= {
        LOGIN: (200, TOKENS),
        REGISTER: (201, PERSON),
        PATH: (200, {"flags": {"USE_BACKEND_API": False}}),
    }
    with serving(running):
        yield running


def rollout_of(service: Service, **more: object) -> Rollout:
    """The rollout that is told by *service*, asked on a target that allows nothing."""
    account = {"user_email": "user@example.com", "user_password": "s3cret-word"}
    facts = {
        "name": "x",
        "environment": "staging",
        "base_url": service.url,
        "exposure_path": f"{PATH}?user_id={{user_id}}",
    }
    target = XcrTarget.model_validate({**facts, **account, **more})
    return Rollout(target, lambda: who_asks(target, lambda: client_to(target)))


def test_where_nobody_may_be_made_the_plain_user_of_the_target_asks(service: Service) -> None:
    """
    A backend that tells nobody who did not sign in is asked by the account of the target's file.
    """
    assert rollout_of(service).seen(["17"]) == {"17": False}
    assert [path for path, _ in service.asked] == [LOGIN, f"{PATH}?user_id=17"]
    assert service.asked[-1][1] == "Bearer a"


def test_where_people_may_be_made_a_new_one_asks(service: Service) -> None:
    """
    So that the rate limit of nobody's own account is used up.
    """
    assert rollout_of(service, allow=["write"]).seen(["17"]) == {"17": False}
    assert service.asked[0][0] == REGISTER


@pytest.mark.parametrize("missing", ["exposure_path", "user_email", "user_password"])
def test_a_setting_that_is_missing_is_asked_for(service: Service, missing: str) -> None:
    """
    Nothing is invented in its place.
    """
    with pytest.raises(NotConfigured, match=missing.upper() if missing == "user_password" else missing):
        rollout_of(service, **{missing: None}).seen(["17"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_an_answer_that_tells_nothing_accuses_nobody(service: Service, status: int) -> None:
    """
    Where exposure is told is no promise of the API.
    """
    service.answers[PATH] = (status, {})
    with pytest.raises(Obstacle) as told:
        rollout_of(service).seen(["17"])
    assert "`exposure_path` in targets/x.toml" in told.value.way_out


def test_the_command_in_a_complaint_asks_about_the_user_who_is_wrong(service: Service) -> None:
    """
    And not about whoever was asked about last.
    """
    rollout = rollout_of(service)
    seen = rollout.seen(["17", "18"]) | {"19": True}
    with pytest.raises(AssertionError, match=r"got 2 of 3 otherwise: 17, 18; the first by curl .*user_id=17"):
        rollout.expect_all(seen, on=True)
    rollout.expect_all({"19": True}, on=True)
