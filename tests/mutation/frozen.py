"""The copy of one commit into which mutants are written, one at a time; never a checkout."""

import compileall
import hashlib
import os
import py_compile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutation.mutant import Mutant

COMPILED = ("rollout", "xcodereviewer", "reports", "tests")


class Frozen:
    """
    A copy of a commit below *root*, with the bytecode of its modules bound to the hash of their source.

    Python compares that hash at each import, so bytecode of another text of a file is never taken for it.
    """

    def __init__(self, root: Path) -> None:
        if (root / ".git").exists():
            raise SystemExit(f"mutate: {root} is a checkout, and mutants are written to files; run scripts/mutate")
        self.root = root
        for folder in COMPILED:
            compileall.compile_dir(
                root / folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
            )
        self.digest = self.fingerprint()

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """Replace the mutant's file in the copy during the block, with the same modification time; restored afterwards."""
        path = self.root / mutant.file
        before, times = path.read_bytes(), path.stat()
        try:
            path.write_text(mutant.marked, encoding="utf-8")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
            yield
        finally:
            path.write_bytes(before)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def fingerprint(self) -> str:
        """The hash of every Python and TOML file of the copy."""
        digest = hashlib.sha256()
        for path in sorted(path for path in self.root.rglob("*") if path.suffix in (".py", ".toml")):
            digest.update(path.relative_to(self.root).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def expect_unchanged(self) -> None:
        """Raise SystemExit if a test or a remaining mutant has changed the copy."""
        if self.fingerprint() != self.digest:
            raise SystemExit("mutate: a test changed files of the copy, so the figures would be worth nothing")
