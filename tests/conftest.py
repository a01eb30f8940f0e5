"""Settings that keep the engine's tests quick: few examples, no garbage collection of imports, stand-in tests on demand."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from rollout.target.secret_values import KNOWN

settings.register_profile("quick", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")
gc.set_threshold(100_000)

HERE = Path(__file__).parent
collect_ignore = ["foreign/greeter"]  # a project of its own
QUICK = HERE / "hostile" / "fooling"  # tests of forged evidence, which need no stand-in
ON_DEMAND = tuple(HERE / name for name in ("hostile", "plugin", "standin"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore the tests of the stand-in and of whole commands, unless --stack is given or their folder is named."""
    if config.getoption("--stack") or QUICK in (collection_path, *collection_path.parents):
        return None
    inside = collection_path in ON_DEMAND and collection_path not in QUICK.parents
    return True if inside or collection_path.parent == QUICK.parent else None


def pytest_report_header(config: pytest.Config) -> str | None:
    """The line about ignored tests."""
    left_out = ", ".join(f"{path.parent.name}/{path.name}" for path in ON_DEMAND)
    return None if config.getoption("--stack") else f"left out without --stack: {left_out}"


def pytest_runtest_teardown() -> None:
    """Forget all secrets after each test: a secret of one test can be an ordinary word in the next."""
    KNOWN.forget()


def pytest_collection_finish() -> None:
    """Exclude the imported objects from later garbage collections."""
    gc.freeze()
