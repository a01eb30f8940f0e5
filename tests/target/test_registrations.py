"""What the checks of integration/test_accounts.py send to a backend that registers whoever asks."""

import json
from pathlib import Path

from tests.permissions.walks import ON, TESTS, walk
from xcodereviewer.api import API

FORMS = 5


def test_a_form_that_was_let_in_takes_no_name_of_the_others(tmp_path: Path) -> None:
    """
    Each form is judged by itself, in every run: none is refused because one before it was registered.
    """
    words = (*TESTS, "integration/test_accounts.py", "-k", "breaks_the_rules", *ON)
    done = walk("integration", tmp_path / "project", ("probe",), "staging", *words)
    sent = [json.loads(each.body) for each in done.arrivals if each.path == f"{API}/auth/register"]
    assert len(sent) == FORMS, done.output
    for key in ("email", "username"):
        assert len({form[key] for form in sent}) == FORMS
