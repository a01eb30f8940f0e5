"""Shared parts of all kinds of work: a limited number of attempts, and a record of each run."""

import logging
import time
from collections.abc import Callable
from typing import LiteralString

import psycopg

from standin.worker.connections import Connection, connected

ATTEMPTS = 3
RECORD = "INSERT INTO task_runs (task_name, subject_id, status, seconds) VALUES (%s, %s, %s, %s)"
NOTE = "INSERT INTO error_log (level, kind, source, message) VALUES ('critical', %s, %s, %s)"
logger = logging.getLogger(__name__)


class Superseded(Exception):
    """The work was cancelled, or given to another worker."""


def run(name: str, subject_id: int, work: Callable[[Connection, int], str], release: LiteralString) -> str:
    """
    Do *work* once and record its end.

    After an unexpected error *release* gives the work back, until its attempts are used up. Without PostgreSQL it cannot
    be given back; the backend's sweep then finds it by its old heartbeat.
    """
    begin = time.monotonic()
    with connected() as connection:
        try:
            outcome = work(connection, subject_id)
        except Superseded:
            outcome = "superseded"
        except psycopg.OperationalError:
            raise
        except Exception as error:
            logger.exception("%s %s broke", name, subject_id)
            outcome = _give_back(connection, name, subject_id, error, release)
        connection.execute(RECORD, (name, subject_id, outcome, time.monotonic() - begin))
    return outcome


def _give_back(connection: Connection, name: str, subject_id: int, error: Exception, release: LiteralString) -> str:
    params = {"id": subject_id, "attempts": ATTEMPTS, "message": f"gave up after {ATTEMPTS} attempts: {error}"[:500]}
    row = connection.execute(release, params).fetchone()
    given_up = row is not None and row["status"] == "failed"
    if given_up:
        connection.execute(NOTE, (type(error).__name__, f"{name} {subject_id}", str(error)[:500]))
    return "failed" if given_up else "retried"
