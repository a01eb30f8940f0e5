"""A target on this machine is known by its port, and whether it got a processor by what the kernel says of its threads."""

import os
import socket
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from rollout import processor_wait
from rollout.processor_wait import Listener


@pytest.fixture
def url() -> Iterator[str]:
    """Where this process listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds pass from each reading to the next, on four processors."""
    monkeypatch.setattr(processor_wait, "monotonic", partial(next, count(step=10)))
    monkeypatch.setattr(processor_wait, "processors", lambda: 4)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the kernel tells of the threads of this process."""
    monkeypatch.setattr(processor_wait, "THREADS", f"{tmp_path}/{{pid}}")
    folder = tmp_path / str(os.getpid())
    folder.mkdir()
    return folder


def thread(threads: Path, number: int, ran_s: float, waited_s: float) -> None:
    """What a thread has had so far."""
    folder = threads / str(number)
    folder.mkdir(exist_ok=True)
    (folder / "schedstat").write_text(f"{ran_s * 1e9:.0f} {waited_s * 1e9:.0f} 7\n", encoding="ascii")


def test_the_share_counts_all_threads_since_the_last_call(url: str, threads: Path) -> None:
    """
    Of what two threads wanted they got half; a third one that begins counts from its beginning.
    """
    thread(threads, 1, ran_s=50, waited_s=3)
    thread(threads, 2, ran_s=9, waited_s=0)
    found = Listener(url)
    thread(threads, 1, ran_s=51, waited_s=3.5)
    thread(threads, 2, ran_s=9, waited_s=0.5)
    assert found.waited_percent() == 50.0
    thread(threads, 3, ran_s=1, waited_s=3)
    assert found.waited_percent() == 75.0


@pytest.mark.parametrize(
    ("ran_s", "waited_s", "percent"),
    [
        pytest.param(40, 120, 0.0, id="all processors for itself"),
        pytest.param(30, 120, 25.0, id="a quarter went to others"),
        pytest.param(8, 120, 80.0, id="most went to others"),
        pytest.param(1, 9, 90.0, id="it waited for less than others had"),
    ],
)
def test_threads_that_wait_for_each_other_lost_nothing_to_others(
    url: str, threads: Path, ran_s: float, waited_s: float, percent: float
) -> None:
    """
    A target that takes all processors itself is slow by itself, however many of its threads wait.
    """
    thread(threads, 1, ran_s=50, waited_s=3)
    found = Listener(url)
    thread(threads, 1, ran_s=50 + ran_s, waited_s=3 + waited_s)
    assert found.waited_percent() == percent


def test_a_thread_that_ended_takes_nothing_back(url: str, threads: Path) -> None:
    """
    What it had is over, and makes the share of the others no smaller.
    """
    thread(threads, 1, ran_s=5, waited_s=5)
    thread(threads, 2, ran_s=1, waited_s=1)
    found = Listener(url)
    (threads / "1" / "schedstat").unlink()
    thread(threads, 2, ran_s=2, waited_s=4)
    assert found.waited_percent() == 75.0


def test_who_hardly_wanted_to_run_tells_no_share(url: str, threads: Path) -> None:
    """
    Ten milliseconds of waiting beside none of running are no sign of a busy machine.
    """
    thread(threads, 1, ran_s=5, waited_s=5)
    found = Listener(url)
    thread(threads, 1, ran_s=5, waited_s=5.01)
    assert found.waited_percent() is None


@pytest.mark.parametrize("elsewhere", ["http://192.0.2.7:{port}", "https://staging.example.org:{port}"])
def test_a_target_on_another_machine_is_none_of_this_ones(elsewhere: str, url: str, threads: Path) -> None:
    """
    Though a process here listens at the same port.
    """
    thread(threads, 1, ran_s=0, waited_s=0)
    found = Listener(elsewhere.format(port=url.rpartition(":")[2]))
    thread(threads, 1, ran_s=1, waited_s=9)
    assert found.waited_percent() is None


def test_a_kernel_that_does_not_tell_leaves_it_open(url: str, threads: Path) -> None:
    """
    Nothing is known of this process, and nothing is made up.
    """
    assert Listener(url).waited_percent() is None
    (threads / "1").mkdir()
    (threads / "1" / "schedstat").write_text("nothing", encoding="ascii")
    assert Listener(url).waited_percent() is None
