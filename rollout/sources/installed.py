"""The sources in use: those of installed packages, found by entry point, and those of the suite."""

from functools import cache

from rollout.extensions import SOURCES
from rollout.sources.source import SourceType

of_suites: list[SourceType] = []


def source_types() -> tuple[SourceType, ...]:
    """Every class of sources, each once."""
    return tuple(dict.fromkeys((*installed(), *of_suites)))


@cache
def installed() -> tuple[SourceType, ...]:
    """The classes that packages name under the entry point `rollout.sources`, in the order of their names."""
    found = SOURCES.loaded()
    if not found:
        raise ValueError(f"no source of samples is installed (entry points {SOURCES.name}): install the project anew")
    return tuple(found)


def add_sources(*types: SourceType) -> None:
    """Add the sources of a suite; those already added are kept."""
    of_suites.extend(each for each in types if each not in of_suites)
