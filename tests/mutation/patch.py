"""Put the changed functions of a mutant into a module that is imported already."""

import importlib
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType, ModuleType

from tests.mutation.mutant import Mutant

Functions = list[tuple[FunctionType, CodeType]]  # live functions, each with the code that it gets


class NotInFunctions(Exception):
    """The mutant changes more than bodies of functions, or functions that cannot be found."""


def patched(mutant: Mutant, text: str) -> None:
    """Change the imported module, whose source is *text*, into the mutant; after NotInFunctions it is unchanged."""
    module = importlib.import_module(mutant.module)
    file = module.__file__ or ""
    olds, news = (compile(each, file, "exec", dont_inherit=True) for each in (text, mutant.text))
    found = list(live(differing(olds, news), module))
    if not found:
        raise NotInFunctions(mutant.id)
    for function, code in found:
        function.__code__ = code


def live(pairs: Iterator[tuple[CodeType, CodeType]], module: ModuleType) -> Iterator[tuple[FunctionType, CodeType]]:
    """The function of *module* that runs the first code of each pair, with the second."""
    there = {(each.__code__.co_qualname, each.__code__.co_firstlineno): each for each in functions(module, module)}
    for old, new in pairs:
        function = there.get((old.co_qualname, old.co_firstlineno))
        if function is None or function.__code__ != old or old.co_freevars != new.co_freevars:
            raise NotInFunctions(old.co_qualname)
        yield function, new


def differing(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of two versions of a module, or of a class of it, that differ."""
    olds, news = nested(old), nested(new)
    if own(old) != own(new) or len(olds) != len(news):
        raise NotInFunctions(old.co_name)
    for before, after in zip(olds, news, strict=True):
        if before != after:
            if is_function(before):
                refuse_made_before(before, after)
                yield before, after
            else:
                yield from differing(before, after)


def refuse_made_before(old: CodeType, new: CodeType) -> None:
    """NotInFunctions if a named inner function differs: a decorator may have created it during the import."""
    for before, after in zip(nested(old), nested(new), strict=False):
        if before != after and not before.co_name.startswith("<"):
            raise NotInFunctions(before.co_qualname)
        refuse_made_before(before, after)


def nested(code: CodeType) -> list[CodeType]:
    """The code within a code."""
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def own(code: CodeType) -> tuple[object, ...]:
    """The parts of a code object without its nested code; 0 and False differ."""
    consts = [(type(const), const) for const in code.co_consts if not isinstance(const, CodeType)]
    return (code.co_name, code.co_code, code.co_names, repr(consts))


def is_function(code: CodeType) -> bool:
    """Whether a code object is that of a function: it has fast locals, unlike bodies of classes."""
    return bool(code.co_flags & 0x02)


def functions(holder: object, module: ModuleType) -> Iterator[FunctionType]:
    """The functions that a module or a class of it defines, below their usual decorators."""
    for value in list(vars(holder).values()):
        if isinstance(value, type) and value.__module__ == module.__name__ and value is not holder:
            yield from functions(value, module)
        yield from unwrapped(value)


def unwrapped(value: object) -> Iterator[FunctionType]:
    """The functions within a function, method, property or cache."""
    if isinstance(value, FunctionType):
        yield value
    inner = [getattr(value, name, None) for name in ("__wrapped__", "__func__")] if callable(value) else []
    if isinstance(value, classmethod | staticmethod):
        inner = [value.__func__]
    elif isinstance(value, property):
        inner = [value.fget, value.fset]
    elif isinstance(value, cached_property):
        inner = [value.func]
    for each in inner:
        if each is not None and each is not value:
            yield from unwrapped(each)
