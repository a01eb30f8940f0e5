"""The locustfile of plain Locust: closed loops, with the same check of the answer."""

import os

from locust import FastHttpUser, HttpUser, constant_throughput, task

PER_SECOND = float(os.environ.get("BENCHMARK_PER_SECOND", "0"))


class Paced:
    """A user that acts as fast as the answers allow, or at a rate that it tries to keep."""

    if PER_SECOND:
        wait_time = constant_throughput(PER_SECOND)


class Fast(Paced, FastHttpUser):
    """The fast client."""

    @task
    def ask(self) -> None:
        """The document says ok."""
        with self.rest("GET", "/", name="probe") as answer:
            assert answer.js, "no document,"
            assert answer.js["ok"] is True, "not ok,"


class Bare(Paced, FastHttpUser):
    """The fast client, without a check of the answer."""

    @task
    def ask(self) -> None:
        """Read the document without a check."""
        self.client.get("/", name="probe")


class Usual(Paced, HttpUser):
    """The client built on requests."""

    @task
    def ask(self) -> None:
        """The document says ok."""
        with self.client.get("/", name="probe", catch_response=True) as answer:
            if answer.json().get("ok") is not True:
                answer.failure("not ok")
