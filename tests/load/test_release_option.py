"""The option that names the release has the same words in every command: the engine knows no endpoint of a target."""

import json
import subprocess
import sys
from typing import get_args

from _pytest.config.argparsing import Parser

from rollout.cli.options import Release
from rollout.pytest_plugin.options import pytest_addoption

SAYS = "what the target says"
OF_LOCUST = """
import json
from rollout.locust_plugin.options import OPTIONS
print(json.dumps({name: words for name, words, _ in OPTIONS}))
"""


def of_locust() -> dict[str, str]:
    """The help of the options that the package adds to locust's; read in a subprocess, since locust patches sockets at import."""
    command = [sys.executable, "-c", OF_LOCUST]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


def of_pytest() -> dict[str, str]:
    """The help of the options that the package adds to pytest's."""
    parser = Parser(_ispytest=True)
    pytest_addoption(parser)
    return {name: each.attrs()["help"] for each in parser.getgroup("rollout").options for name in each.names()}


def test_a_release_that_nobody_names_is_what_the_target_says() -> None:
    """
    For `rollout`, pytest and locust alike; no option of locust names a path of a target.
    """
    added = of_locust()
    for words in (get_args(Release)[1].help, of_pytest()["--release"], added["release"]):
        assert SAYS in words
    assert [words for words in added.values() if " /" in words] == []
