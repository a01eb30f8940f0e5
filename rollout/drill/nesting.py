"""Chains of AND and of OR in one nesting: PostgreSQL reads `(a AND b) AND c` as `a AND b AND c`, and prints that after a restore."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORDS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|\s+|\w+|.""", re.DOTALL)
OPERATORS = ("AND", "OR")


@dataclass(frozen=True)
class Group:
    """What stands in parentheses: the *parts* of a chain with one *operator*, or one part without an operator."""

    parts: tuple[str, ...]
    operator: str = ""

    def __str__(self) -> str:
        return f"({f' {self.operator} '.join(self.parts)})"


def unnested(definition: str) -> str:
    """
    A definition without parentheses around a chain that is a part of a chain with the same operator.

    Strings, quoted names and quoted bodies stay as they are, and so does half a definition.
    """
    groups: list[list[str | Group]] = [[]]
    for word in WORDS.finditer(definition):
        if word[0] == "(":
            groups.append([])
        elif word[0] == ")" and len(groups) > 1:
            inner = group_of(groups.pop())
            groups[-1].append(inner)
        else:
            groups[-1].append(word[0])
    return "".join(map(str, groups[0])) if len(groups) == 1 else definition


def group_of(words: Sequence[str | Group]) -> Group:
    """The group of the *words* in a pair of parentheses."""
    operators = {word for word in words if isinstance(word, str) and word in OPERATORS}
    if len(operators) != 1:
        return Group(("".join(map(str, words)),))
    (operator,) = operators
    return Group(tuple(part for operand in split(words, operator) for part in parts_of(operand, operator)), operator)


def split(words: Sequence[str | Group], operator: str) -> Iterator[list[str | Group]]:
    """The words between each *operator* and the next one, without the spaces around them."""
    operand: list[str | Group] = []
    for word in (*words, operator):
        if word != operator:
            operand.append(word)
            continue
        while operand and isinstance(operand[-1], str) and operand[-1].isspace():
            operand.pop()
        start = 1 if operand and isinstance(operand[0], str) and operand[0].isspace() else 0
        yield operand[start:]
        operand = []


def parts_of(operand: Sequence[str | Group], operator: str) -> tuple[str, ...]:
    """The parts that an *operand* adds to a chain: those of its own chain, where it is nothing but one."""
    if len(operand) == 1 and isinstance(operand[0], Group) and operand[0].operator == operator:
        return operand[0].parts
    return ("".join(map(str, operand)),)
