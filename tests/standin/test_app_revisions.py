"""The database's revisions, read without importing Alembic."""

import ast
from pathlib import Path

from standin import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"


def revisions() -> dict[str, str | None]:
    """Each revision with the one before it."""
    found = {}
    for path in sorted(VERSIONS.glob("0*.py")):
        named = {
            target.id: node.value.value
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        found[str(named["revision"])] = named["down_revision"]
    return found  # type: ignore[return-value]


def test_revisions_form_one_line_from_the_first() -> None:
    """
    At least three of them, each on the one before.
    """
    line = list(revisions().items())
    assert len(line) >= 3
    assert [before for _, before in line] == [None, *(revision for revision, _ in line[:-1])]


def test_head_is_the_newest_revision() -> None:
    """
    The constant that saves a second at each start is true.
    """
    assert list(revisions())[-1] == migrations.HEAD
