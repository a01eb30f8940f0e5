"""A door that is open and a door that is closed with the wrong sign are two defects."""

import httpx

from xcodereviewer.refusals import Failed, GaveAway, LetIn, RefusedOtherwise, complaint, summary

WANT = (401, 403)


def answer(status: int) -> httpx.Response:
    """What came back to a stranger's GET."""
    headers = {"Authorization": "Bearer s3cret-token"}
    return httpx.Response(status, request=httpx.Request("GET", "http://t/api/v1/projects", headers=headers))


def test_a_refusal_is_no_complaint() -> None:
    """
    401 and 403 are what was agreed.
    """
    assert complaint(answer(401), WANT) is None


def test_let_in_and_refused_otherwise_are_told_apart() -> None:
    """
    Those that were let in come first, each list is whole.
    """
    wrong, open_door = complaint(answer(400), WANT), complaint(answer(200), WANT)
    assert (type(wrong), type(open_door)) == (RefusedOtherwise, LetIn)
    assert wrong is not None
    assert open_door is not None
    said = summary([wrong, open_door] * 5, 10)
    assert said.startswith("5 of 10 operations let in: GET http://t/api/v1/projects: got 200, want 401 or 403; ")
    assert "5 of 10 operations refused, but with 400: " in said
    assert said.count("got 200") == said.count("got 400") == 5


def test_a_server_error_is_not_called_let_in() -> None:
    """
    Whether somebody was let in is not known where the program broke.
    """
    broken = complaint(answer(500), WANT)
    assert type(broken) is Failed
    assert broken is not None
    assert summary([broken], 1).startswith("1 of 1 operations ended in a server error: ")


def test_a_refusal_that_tells_of_the_inside_is_a_complaint() -> None:
    """
    The status is right and the text is not.
    """
    told = httpx.Response(403, text="[SQL: SELECT 1]", request=answer(403).request)
    assert type(complaint(told, WANT)) is GaveAway


def test_a_complaint_brings_the_command_that_repeats_it() -> None:
    """
    The token stays out of it.
    """
    said = str(complaint(answer(200), WANT))
    assert 'curl -X GET -H "Authorization: Bearer $TOKEN" http://t/api/v1/projects' in said
    assert "s3cret" not in said
