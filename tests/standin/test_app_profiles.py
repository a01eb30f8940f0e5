"""A backend that is deployed half built: what it lacks, and how it refuses."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from standin.app.factory import create_app
from standin.cli import main
from standin.errors import USAGE, StandinError
from standin.profiles import COMPLETE, HALF_BUILT, named
from standin.settings import Settings


def app_of(profile: str) -> FastAPI:
    """The application of that *profile*; nothing is connected to."""
    nowhere = SecretStr("redis://127.0.0.1:1/0")
    return create_app(
        Settings(
            database_url=SecretStr("postgresql://127.0.0.1:1/none"),
            redis_url=nowhere,
            celery_broker_url=nowhere,
            celery_result_backend=nowhere,
            secret_key=SecretStr("a-key-for-tests-of-at-least-32-bytes"),
            standin_profile=profile,
        )
    )


def status_of(profile: str, path: str) -> int:
    """What a stranger is answered at *path*."""

    async def ask() -> int:
        transport = httpx.ASGITransport(app_of(profile))
        async with httpx.AsyncClient(transport=transport, base_url="http://standin") as client:
            return (await client.get(path)).status_code

    return asyncio.run(ask())


def test_half_a_backend_lacks_operations_and_says_so_in_its_document() -> None:
    """
    The operations that nobody built are neither answered nor described; the others are.
    """
    complete, half = (set(app_of(profile.name).openapi()["paths"]) for profile in (COMPLETE, HALF_BUILT))
    assert half < complete
    assert {path for path in complete - half if not path.startswith(HALF_BUILT.lacks)} == set()
    assert {path for path in half if path.startswith(HALF_BUILT.lacks)} == set()


@pytest.mark.parametrize(
    ("profile", "path", "status"),
    [
        pytest.param("complete", "/api/v1/auth/me", 401, id="the complete one refuses a stranger with 401"),
        pytest.param("half-built", "/api/v1/auth/me", 400, id="the half-built one with 400"),
        pytest.param("half-built", "/api/v1/reports", 404, id="what it lacks is not there"),
        pytest.param("half-built", "/health", 200, id="it is healthy all the same"),
    ],
)
def test_a_stranger_is_answered_as_the_profile_says(profile: str, path: str, status: int) -> None:
    """
    A refusal with another status, and nothing at all where an operation is missing.
    """
    assert status_of(profile, path) == status


def test_an_unknown_profile_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Before anything is started.
    """
    with pytest.raises(StandinError, match="no profile 'half'; there are complete, half-built"):
        named("half")
    assert main(["up", "--profile", "half"]) == USAGE
    assert capsys.readouterr().err == "standin: no profile 'half'; there are complete, half-built\n"
