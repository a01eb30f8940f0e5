"""Link the required packages of a wheel, and no others, from this environment into another one."""

from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def lend(wanted: Distribution, site: Path) -> None:
    """Link every package that *wanted* needs, directly or not, into the folder *site* of packages."""
    for name in sorted(needed_by(wanted)):
        lender = distribution(name)
        for top in {file.parts[0] for file in lender.files or [] if file.parts[0] != ".."}:
            there = site / top
            if not there.exists():
                there.symlink_to(str(lender.locate_file(top)))


def needed_by(wanted: Distribution) -> set[str]:
    """The names of all packages that a package needs on this machine, directly or not."""
    found: set[tuple[str, str]] = set()
    waiting = [(wanted, "")]
    while waiting:
        package, extra = waiting.pop()
        for line in map(Requirement, package.requires or []):
            if line.marker is None or line.marker.evaluate({"extra": extra}):
                new = {(canonicalize_name(line.name), each) for each in ("", *line.extras)} - found
                found |= new
                waiting += [(distribution(name), each) for name, each in new]
    return {name for name, _ in found}
