"""What worker processes are told."""

import pytest

from rollout.pytest_plugin.options import joined


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-m", "phase1", "--journals", "out dir"], ["-m", "phase1", "--journals=out dir"]),
        (["--journals=out", "smoke"], ["--journals=out", "smoke"]),
        (["--release"], ["--release"]),
        (["--plan", "p.toml", "--target", "staging"], ["--plan=p.toml", "--target=staging"]),
    ],
)
def test_a_value_stays_with_its_option(words: list[str], told: list[str]) -> None:
    """
    A folder that stands alone would be taken for one of tests; everything else stays as it was typed.
    """
    assert list(joined(words)) == told
