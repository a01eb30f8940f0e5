"""Users of a server that does things and says that it did not (case 33), and of a target that lacks a setting."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def told_by(module: str) -> dict[str, Any]:
    """What a module prints, in a process of its own: locust changes the one it is imported into."""
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What users made and left."""
    return told_by("tests.load.retrying")


def test_a_project_that_was_made_though_the_answer_failed_is_made_once(seen: dict[str, Any]) -> None:
    """
    130 tries to get ready: the second finds what the first made.
    """
    assert (seen["made"], seen["id"]) == (1, 1)


def test_who_cannot_look_makes_no_second_project(seen: dict[str, Any]) -> None:
    """
    Where the list cannot be read either, nobody knows whether the first is there.
    """
    assert seen["made by one who cannot look"] == 1


def test_a_user_who_leaves_removes_every_page_of_their_own(seen: dict[str, Any]) -> None:
    """
    250 projects on pages of 100 go; that of user 10 does not begin with the name of user 1.
    """
    assert seen["left"] == ["rollout-run-w-10-1"]


def test_where_nobody_may_register_the_targets_own_user_signs_in() -> None:
    """
    By the address that the target's file names, as it is written there. A crowd, which needs accounts of its own, names
    the registration as its obstacle, not the sign-in that cannot work without it.
    """
    assert told_by("tests.load.unregistered") == {
        "ready": True,
        "trouble": "",
        "signed in": "Bearer of uma",
        "crowd": [False, "POST /auth/register was refused"],
    }


def test_a_load_names_the_setting_that_it_lacks() -> None:
    """
    Without a repository to review, and without the password that accounts of the comparison derive from, nobody is accused.
    """
    assert told_by("tests.load.unconfigured") == {
        "project": None,
        "trouble": "not configured: set `review` in targets/t.toml",
        "ends": ["not configured: set XCR_USER_PASSWORD in the environment"],
    }


def test_a_lead_waits_for_its_review_as_long_as_the_target_says_and_starts_one() -> None:
    """
    A backend whose reviews take longer than its file says is told how to say so. A review that was started though the
    answer failed is found, and one that failed is not followed by another: each may cost money.
    """
    longer = "let `within` of `review` in the target's file be as long as a review takes there"
    assert told_by("tests.load.patient") == {
        "long": [True, "", 3],
        "short": [False, f"review 7 was not over after 0.1 s: {longer}", 2],
        "doubtful": [[0, 9, 9], False, "review ended failed: 'no network'", 9, 1],
    }


def test_users_who_are_refused_try_ever_more_rarely_and_the_targets_own_user_once() -> None:
    """
    Four times before the load, in two minutes of it eight times, once where the target asks for an hour, and never again by an account that may be locked.
    """
    assert told_by("tests.load.refused") == {
        "first tries": [4, 1],
        "tries": [0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 61.0, 91.0],
        "asked to rest": [0.0],
        "of the target's own user": 1,
    }


def test_a_read_that_the_rate_limiter_refused_compares_nothing() -> None:
    """
    A release with a limiter is no slower than one without; any other failure counts as slow.
    """
    assert told_by("tests.load.limited") == {"200": 1, "429": 0, "500": 1}


def test_each_second_of_a_comparison_tells_how_its_process_was() -> None:
    """
    Whoever sent the pairs measures itself: only that can excuse them, and what it excuses accuses nobody.
    """
    told = told_by("tests.load.compared")
    assert told["seconds"] >= 1
    assert told["measured"] == told["seconds"]
    assert told["accusing"] == [10, 0]
