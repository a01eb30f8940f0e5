"""Who was let in, and who was refused with another status than agreed: two defects, told apart and in full."""

import httpx

from rollout.target.answer import asked
from xcodereviewer.fuzz import as_curl

OTHER_REFUSAL = 400  # some deployments say this to a bad token: refused all the same


class LetIn(str):
    """A request that should have been refused and was not, in words."""


class RefusedOtherwise(str):
    """A request that was refused, but with the wrong status, in words."""


def complaint(answer: httpx.Response, want: tuple[int, ...]) -> LetIn | RefusedOtherwise | None:
    """What is wrong about the answer to somebody who should be refused; None where nothing is."""
    if answer.status_code in want:
        return None
    words = f"{asked(answer.request)}: got {answer.status_code}, want {' or '.join(map(str, want))}"
    told = f"{words}; {as_curl(answer.request)}"
    return RefusedOtherwise(told) if answer.status_code == OTHER_REFUSAL else LetIn(told)


def summary(found: list[str], count: int) -> str:
    """Every complaint, those that were let in first."""
    let_in = [each for each in found if not isinstance(each, RefusedOtherwise)]
    refused = [each for each in found if isinstance(each, RefusedOtherwise)]
    parts = [
        f"{len(each)} of {count} operations {what}: {'; '.join(each)}"
        for each, what in ((let_in, "let in"), (refused, f"refused, but with {OTHER_REFUSAL}"))
        if each
    ]
    return "; ".join(parts)
