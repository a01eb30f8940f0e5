"""Time and memory of the restore drill on a large table: python -m benchmarks.fingerprint [ROWS], as one JSON line."""

import argparse
import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.course import Course, Nobody
from rollout.drill.fingerprint import fingerprints
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import connected
from rollout.embedded import booted
from rollout.plan import load_plan
from rollout.suite import suite_of

ROWS = 10_000_000
DATABASE = "large"
MAKE = """
CREATE TABLE item (id bigint PRIMARY KEY, author int, title text, price numeric(10, 2), written_at timestamptz);
INSERT INTO item
SELECT n, n % 1000, md5(n::text) || md5((-n)::text), n % 997 / 100.0, '2026-01-01'::timestamptz + n * interval '1 s'
FROM generate_series(1, {rows}) AS n;
"""
MD5_IN_KEY_ORDER = "SELECT md5(string_agg(md5(item::text), '' ORDER BY id)) FROM public.item"
MIB = 1 << 20


class ProgressCounter(Nobody):
    """Counts the progress reports of each step."""

    def __init__(self) -> None:
        self.step = ""
        self.times: dict[str, int] = {}

    def begin(self, step: str) -> None:
        self.step = step

    def went(self, done: int, total: int | None) -> None:
        self.times[self.step] = self.times.get(self.step, 0) + 1


def filled(admin: str, rows: int) -> str:
    """The address of a new database with one table of *rows* rows."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    live = make_conninfo(admin, dbname=DATABASE)
    with psycopg.connect(live, autocommit=True) as connection:
        connection.execute(MAKE.format(rows=int(rows)).encode())
        connection.execute("VACUUM (FREEZE, ANALYZE) item")
    return live


def seconds(measured: Callable[[], object]) -> float:
    """The duration of a call in seconds."""
    began = perf_counter()
    measured()
    return round(perf_counter() - began, 2)


def peak_mib() -> float:
    """The peak memory of this process in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def measured(state: dict[str, str], rows: int) -> dict[str, object]:
    """Name → figure; fingerprint and md5 alternate, twice each."""
    live = filled(state["postgres_admin_dsn"], rows)
    said: dict[str, object] = {"rows": rows, "memory_before_mib": peak_mib()}
    with connected(SecretStr(live)) as connection:
        ((size,),) = connection.execute("SELECT pg_database_size(current_database())").fetchall()
        for turn in (1, 2):
            said[f"fingerprint_{turn}_s"] = seconds(lambda: fingerprints(connection))
            said[f"md5_in_key_order_{turn}_s"] = seconds(lambda: connection.execute(MD5_IN_KEY_ORDER).fetchall())
    told = ProgressCounter()
    drill = RestoreDrill(SecretStr(live), SecretStr(state["postgres_admin_dsn"]), Path(state["postgres_bin"]))
    drill.course, drill.may_write = Course(told), True
    passed = drill.carry_out(None)
    times = {step: round(took, 1) for step, took in drill.course.times.items()}
    told_of = {"reason": passed.reason, "steps_s": times, "progress": told.times}
    return {**said, "database_mib": round(size / MIB), **told_of, "memory_after_mib": peak_mib()}


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.fingerprint", description=__doc__)
    made.add_argument("rows", type=int, nargs="?", default=ROWS, metavar="ROWS", help="of the table")
    return made


def main() -> None:
    """Boot a stand-in, measure on its PostgreSQL, and print."""
    rows: int = parser().parse_args().rows
    with booted(suite_of(load_plan()), os.getpid()) as state:
        print(json.dumps(measured(state, rows)))


if __name__ == "__main__":
    main()
