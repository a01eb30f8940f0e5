"""The stand-in's worker survives an outage of its broker in the middle of its work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.target.http import client_to
from rollout.target.wait import eventually
from tests.standin.test_boot import booted, standin
from xcodereviewer.api import Api
from xcodereviewer.fixtures.reviews import source_of
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.models import Task
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

UNDER_WAY_S = 30
ROOT = Path(__file__).resolve().parents[2]
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    **dict.fromkeys(("REDIS_URL", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"), "redis://127.0.0.1:1/0"),
}
ON_A_BROKEN_CONNECTION = """
import standin.worker.celery_tasks
from kombu.transport.redis import QoS

class Channel:
    do_restore = True

    def conn_or_acquire(self, client):
        raise AttributeError("'NoneType' object has no attribute 'hostname'")

held = QoS(Channel())
held._delivered["a message"] = "that is not acknowledged"
held.restore_unacked_once()
"""


def test_a_message_that_is_held_is_not_given_back_on_a_broken_connection() -> None:
    """
    kombu then raises what Celery takes for no outage, and the worker ends; the sweep of the backend sends it again.
    """
    done = subprocess.run(
        [sys.executable, "-c", ON_A_BROKEN_CONNECTION],
        cwd=ROOT,
        env={**os.environ, **NOWHERE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.stack
def test_reviews_that_are_under_way_when_the_broker_dies_come_to_their_end(tmp_path: Path) -> None:
    """
    The message of each is not acknowledged yet.
    """
    with booted(tmp_path / "stack", "--bare") as state:
        target = SUITE.target_of(state)
        assert isinstance(target, XcrTarget)
        with client_to(target) as client:
            api = registered(client, fresh_name(), strong_password())
            project = api.new_project(fresh_name(), **source_of(target))
            standin("fault", "worker-slow", "step_seconds=1", "--dir", state["dir"])
            tasks = [api.new_task(project) for _ in range(2)]
            eventually(lambda: expect_running(api, tasks), within=UNDER_WAY_S)
            standin("kill", "redis", "--dir", state["dir"])
            standin("start", "redis", "--dir", state["dir"])
            standin("fault", "worker-slow", "--off", "--dir", state["dir"])
            assert [api.ended(task).status for task in tasks] == ["completed", "completed"]
            assert standin("status", "--dir", state["dir"]).returncode == 0


def expect_running(api: Api, tasks: list[Task]) -> None:
    """The worker is at work on all of them."""
    assert [api.task(task.id).status for task in tasks] == ["running"] * len(tasks)
