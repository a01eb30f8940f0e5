"""The repository that reviews read, and what a worker says where there is none."""

import pytest

from standin.analyser import AnalysisError, analyse
from standin.repository import archive, sources_at, unpacked


def test_the_archive_holds_code_with_issues() -> None:
    """
    Every file of a known language is read, and a review of it finds more than a few issues.
    """
    (source,) = unpacked(archive())
    assert (source.path, source.language) == ("finder.py", "python")
    assert len(analyse(source)) >= 4


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        pytest.param("https://code.example/x", "no network", id="a host elsewhere"),
        pytest.param("http://127.0.0.1:9/repositories/x", "branch main", id="nobody answers"),
    ],
)
def test_a_repository_that_cannot_be_had_says_why(url: str, complaint: str) -> None:
    """
    The review ends failed with address and reason.
    """
    with pytest.raises(AnalysisError, match=complaint):
        sources_at(url, "main")
