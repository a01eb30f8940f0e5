"""Mutants made by the operators of cosmic-ray: every place of every file, one small change each."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

from tests.mutation.mutant import Mutant, source

COMPARISONS = ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt", "Eq_NotEq", "NotEq_Eq")
IDENTITIES = ("Is_IsNot", "IsNot_Is")
BINARY = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "FloorDiv_Mul",
    "Mod_Mul",
    "Pow_Mul",
    "BitOr_BitAnd",
    "BitAnd_BitOr",
)
OPERATORS = (  # the classic ones; mutants that only break an import (decorators, annotations) would improve the figures
    *(f"ReplaceComparisonOperator_{pair}" for pair in (*COMPARISONS, *IDENTITIES)),
    *(f"ReplaceBinaryOperator_{pair}" for pair in BINARY),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_USub_UAdd", "AddNot", "NumberReplacer"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
)


@dataclass(frozen=True)
class Place:
    """Where an *operator* can change a *file*, for the *number*-th time in it."""

    file: str
    line: int
    column: int
    operator: str
    number: int

    @property
    def id(self) -> str:
        return f"{self.file}:{self.line}:{self.column}:{self.operator}:{self.number}"

    def mutant(self) -> Mutant | None:
        """The mutated file; None if nothing changed, or if it is invalid Python."""
        text = source(self.file)
        changed = mutate_code(text, operator_of(self.operator), self.number)
        if changed is None or changed == text or not compiles(changed):
            return None
        return Mutant(self.id, self.file, self.line, changed, difference(text, changed))


def places(chosen: Iterable[str]) -> Iterator[Place]:
    """Every place of the *chosen* files without annotations, which are not executed."""
    for file in chosen:
        text = source(file)
        nodes, left_out = list(ast_nodes(get_ast(text))), annotations(text)
        for name in OPERATORS:
            operator = operator_of(name)
            found = (place for node in nodes for place in operator.mutation_positions(node))
            for number, ((line, column), _) in enumerate(found):
                if (line, column) not in left_out:
                    yield Place(file, line, column, name, number)


def operator_of(name: str) -> Operator:
    """The operator of that *name*."""
    made: Operator = get_operator(f"core/{name}")()
    return made


def annotations(text: str) -> set[tuple[int, int]]:
    """The positions, line and column, that lie in annotations."""
    found: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(text)):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for inner in ast.walk(part) if part else ():
                if isinstance(inner, ast.expr) and inner.end_lineno == inner.lineno:
                    found |= {(inner.lineno, column) for column in range(inner.col_offset, inner.end_col_offset or 0)}
    return found


def compiles(text: str) -> bool:
    """Whether a text is valid Python."""
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def difference(before: str, after: str) -> str:
    """The first line that differs, before and after."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return next((f"{old.strip()} -> {new.strip()}" for old, new in pairs if old != new), "")
