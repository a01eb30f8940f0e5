"""Find the command lines in documents, the plan and messages."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rollout.cli.app import application

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "plan.toml", "docs/*.md", "docs/decisions/*.md", "targets/*.toml")
SOURCES = ("rollout", "xcodereviewer", "reports", "smoke", "integration", "load", "standin")
QUOTED_FROM_OUTSIDE = ("rollout-plan.md", "traceability.md", "proof.md")  # words of the plan, not of this program
KNOWN = {info.name or info.callback.__name__ for info in application().registered_commands if info.callback} | {
    "target"
}
LATER = {"status", "verify", "init"}  # no commands yet, so no text may name them
BEGINNING = re.compile(r"\b(scripts/gate|rollout)(?= )")  # in prose; "pytest" and "locust" are words there
IN_CODE = re.compile(
    r"\s*(?:\.venv/bin/)?(?P<program>rollout|pytest|locust|python -m|scripts/\w+)(?=\s|$)(?P<rest>[^>|&]*)"
)
WHOLE = ("python -m", "scripts/")  # a command without a word after it too; the others are names of things then
OMITTED = "…"
CODE = re.compile(r"`([^`\n]+)`")
SAMPLES = {
    "PHASE": "phase1",
    "DIR": ".",
    "TIME": "60s",
    "DATE": "2030-01-31",
    "COMMAND": "doctor",
    "X": "60s",
    "FOLDER": ".",
}


@dataclass(frozen=True)
class Named:
    """One command line and its place: the *program*, such as `rollout` or `python -m`, and the words after it."""

    place: str
    program: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place}: {' '.join((self.program, *self.words))}"


def named() -> Iterator[Named]:
    """Every command line in any of these texts."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            if path.name not in QUOTED_FROM_OUTSIDE:
                yield from in_page(path)
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for text in texts(ast.parse(path.read_text(encoding="utf-8"))):
                yield from in_text(str(path.relative_to(ROOT)), text)


def in_page(path: Path) -> Iterator[Named]:
    """The command lines of a page: those in code blocks and backticks, and those in sentences."""
    place, code = str(path.relative_to(ROOT)), False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            code = line.startswith("```sh")
        elif code:
            yield from in_code(f"{place}:{number}", line.partition(" #")[0])
        else:
            yield from in_text(f"{place}:{number}", line)


def in_text(place: str, text: str) -> Iterator[Named]:
    """The command lines of prose: in backticks whole, elsewhere as far as the words fit a command."""
    for part in CODE.findall(text):
        yield from in_code(place, part)
    prose = CODE.sub("", text)
    for match in BEGINNING.finditer(prose):
        rest = prose[match.end() :].partition('"')[0].split()
        gate = ("gate",) if match[1] == "scripts/gate" else ()
        found = tuple(fitting([*gate, *rest]))
        if found and (found[0] in KNOWN | LATER):
            yield Named(place, match[1], found[len(gate) :])


def in_code(place: str, text: str) -> Iterator[Named]:
    """The command line in a piece of code, if it is one of this program or of what it runs on."""
    if match := IN_CODE.match(text):
        program, words = match["program"], [word for word in shlex.split(match["rest"]) if word != OMITTED]
        if words or program.startswith(WHOLE):
            yield Named(place, program, tuple(words))


def fitting(words: list[str]) -> Iterator[str]:
    """The words that belong to a command: its name, options with their values, and what looks like an argument."""
    value = False
    for position, word in enumerate(words):
        bare = word.rstrip(",;:.)")
        argument = bool(re.search(r"\d|[A-Z<>.=-]", bare)) or bare in ("predeploy", *LATER)
        if position > 0 and not (value or argument or (position == 1 and words[0] in ("standin", "target", "attest"))):
            return
        yield bare
        if bare != word:
            return
        value = bare.startswith("--")


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module without docstrings; X replaces each inserted value."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    inside: set[ast.AST] = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= set(node.values)
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.value
