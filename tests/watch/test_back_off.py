"""A source that is turned away is left alone for a while, and kept where the target answers."""

import threading
from collections.abc import Iterator

import pytest

from rollout.sources.registry import metric
from rollout.watch.sampler import Sampler
from tests.watch.clock import Still
from tests.watch.service import LOGIN, POOL, Service, serving
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

NAME = "database.connections_percent"
GO = threading.Event()


@pytest.fixture
def service() -> Iterator[Service]:
    """A system that answers what a test says."""
    with serving(Service()) as found:
        yield found


@pytest.fixture
def clock() -> Still:
    """The time of the watch."""
    return Still()


@pytest.fixture
def sampler(service: Service, clock: Still) -> Sampler:
    """Samples what only an administrator is told."""
    known = {"admin_email": "a@example.com", "admin_password": "s3cret-word"}
    facts = {"name": "staging", "environment": "staging", "base_url": service.url, **known}
    return Sampler(XcrTarget.model_validate(facts), [metric(NAME)], SUITE.release, clock)


def sign_ins(service: Service) -> int:
    """How often somebody signed in."""
    return sum(path == LOGIN for path, _ in service.asked)


def errors_of(sampler: Sampler, clock: Still, looks: int, every_s: float) -> list[str]:
    """What the samples of so many looks say."""
    found = []
    for _ in range(looks):
        found += [sample.error for sample in sampler.look().values()]
        clock.wait(GO, every_s)
    return found


def test_a_refused_sign_in_is_tried_less_and_less_often(service: Service, sampler: Sampler, clock: Still) -> None:
    """
    In an hour of looks each half a minute: at 0, 1, 3, 7, 15 min, then every quarter of an hour.
    """
    service.answers[LOGIN] = (401, {"detail": "wrong"})
    errors = errors_of(sampler, clock, 120, 30.0)
    assert sign_ins(service) == 7  # the next one is due when the hour is over
    assert errors[0] == f"POST {LOGIN} as administrator: got 401, want 200"
    assert errors[1] == f"{errors[0]}; not asked again yet"
    assert all(errors)


def test_a_document_that_is_refused_right_after_the_sign_in_rests_too(
    service: Service, sampler: Sampler, clock: Still
) -> None:
    """
    A wrong role is no reason to sign in at every look.
    """
    service.answers[POOL] = (403, {"detail": "no administrator"})
    errors_of(sampler, clock, 4, 30.0)
    assert sign_ins(service) == 2


def test_who_is_let_in_again_is_asked_at_every_look(service: Service, sampler: Sampler, clock: Still) -> None:
    """
    After the rest the samples go on with one sign-in, and the next refusal begins with the shortest rest.
    """
    service.once[LOGIN] = (401, {"detail": "wrong"})
    assert [bool(error) for error in errors_of(sampler, clock, 4, 30.0)] == [True, True, False, False]
    assert sign_ins(service) == 2


def test_an_outage_is_no_refusal(service: Service, sampler: Sampler, clock: Still) -> None:
    """
    A server error at the sign-in is asked about at the next look.
    """
    service.once[LOGIN] = (503, {})
    assert [bool(error) for error in errors_of(sampler, clock, 2, 30.0)] == [True, False]


def test_an_answer_that_is_no_document_costs_no_sign_in(service: Service, sampler: Sampler, clock: Still) -> None:
    """
    The source keeps its token while the target answers.
    """
    service.answers[POOL] = (500, {})
    errors_of(sampler, clock, 5, 30.0)
    assert sign_ins(service) == 1
