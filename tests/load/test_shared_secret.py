"""Nobody but this machine, or those who know the secret, sends counts to the master of a load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.runs import PROBER, environment

ROOT = Path(__file__).resolve().parents[2]
REFUSED = "where anybody may send counts; give master and workers the same LOCUST_SECRET, or keep to this machine"
DEFAULTS = """
from locust.argument_parser import get_empty_argument_parser, setup_parser_arguments
from rollout.locust_plugin.options import add_options
parser = get_empty_argument_parser()
setup_parser_arguments(parser)
add_options(parser)
options = parser.parse_args([])
print(options.master_bind_host, options.web_host)
"""


def said(*command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """How a command of Python ended."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**environment(), **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_master_and_web_interface_listen_on_this_machine_alone() -> None:
    """
    That is so unless the command line says otherwise.
    """
    assert said("-c", DEFAULTS).stdout.split() == ["127.0.0.1", "127.0.0.1"]


def test_a_master_with_a_secret_hears_those_who_know_it() -> None:
    """
    A worker with another secret, or without one, is not heard at all.
    """
    done = said("-m", "tests.load.talking")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["knows the secret"]


@pytest.mark.stack
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--master", "--master-bind-host", "0.0.0.0"), f"load: the master listens on '0.0.0.0', {REFUSED}"),
        (("--worker", "--master-host", "192.0.2.1"), f"load: the worker has its master at '192.0.2.1', {REFUSED}"),
    ],
)
def test_without_a_secret_no_load_leaves_the_machine(options: tuple[str, ...], complaint: str) -> None:
    """
    One line, exit 64, before a port is open.
    """
    done = said("-m", "locust", "-f", str(PROBER), "--headless", *options)
    assert done.returncode == 64
    assert complaint in done.stderr


@pytest.mark.stack
def test_a_short_secret_is_refused() -> None:
    """
    Whoever records a connection could try all of them.
    """
    done = said("-m", "locust", "-f", str(PROBER), "--headless", "--master", LOCUST_SECRET="short")
    assert done.returncode == 64
    assert done.stderr.strip().endswith("load: LOCUST_SECRET is too short: want 16 characters at least")
