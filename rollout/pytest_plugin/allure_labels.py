"""Allure labels of a check: phase, criterion and sentence of the plan, a readable title, and the severity of a failure."""

from collections.abc import Iterator

import pytest
from _pytest.mark.expression import Expression

from rollout.clean_text import unmarked
from rollout.plan import Criterion, EvidenceSource, Plan
from rollout.pytest_plugin.run_target import PLAN

CRITERION = "criterion"  # the property that `marks` gives each item


class AllureLabels:
    """Adds the labels to every check of a run with `--alluredir`."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Label the items that are left after selection."""
        plan, chosen = config.stash[PLAN], selected(config)
        for item in items:
            names = [str(value) for name, value in item.user_properties if name == CRITERION]
            mine = [name for name in names if name.partition(".")[0] in chosen] or names
            for label, value in labels(plan, mine):
                item.add_marker(pytest.mark.allure_label(value, label_type=label))
            entitle(item)


def selected(config: pytest.Config) -> set[str]:
    """The phases that `-m` selects; all of them without one."""
    names = {phase.id for phase in config.stash[PLAN].phases}
    text = config.getoption("-m")
    if not text:
        return names
    expression = Expression.compile(text)
    return {name for name in names if expression.evaluate(lambda mark, /, _name=name, **_: mark == _name)}


def labels(plan: Plan, names: list[str]) -> Iterator[tuple[str, str]]:
    """Label and value for criteria by full id: epic, feature, story, severity."""
    for name in names:
        yield from labels_of(plan, name)


def labels_of(plan: Plan, name: str) -> Iterator[tuple[str, str]]:
    """Label and value for one criterion by its full id."""
    criterion = plan.criterion(name)
    yield "epic", plan.phase(name.partition(".")[0]).title
    yield "feature", feature(criterion)
    yield "story", story(criterion)
    yield "severity", severity(criterion)


def feature(criterion: Criterion) -> str:
    """The criterion in readable words."""
    return f"{criterion.id}: {criterion.states}"


def story(criterion: Criterion) -> str:
    """The sentence of the plan without its marks; without a document what the criterion states."""
    return unmarked((criterion.quotes or (criterion.states,))[0])


def severity(criterion: Criterion) -> str:
    """The Allure severity: `blocker` for a cause of rollback or an attestation, `minor` for an advisory one, else `critical`."""
    if criterion.advisory:
        return "minor"
    return "blocker" if criterion.may_roll_back or criterion.source is EvidenceSource.ATTESTATION else "critical"


def entitle(item: pytest.Item) -> None:
    """Give a test the first sentence of its docstring as its title, with the words for its parameters."""
    function = getattr(item, "function", None)
    said = (getattr(function, "__doc__", None) or "").strip().partition("\n\n")[0]
    if not said or hasattr(function, "__allure_display_name__"):
        return
    title = " ".join(said.split()).rstrip(".").replace("{", "{{").replace("}", "}}")
    vars(function)["__allure_display_name__"] = f"{title}{parameters(item)}"


def parameters(item: pytest.Item) -> str:
    """
    The placeholders in a title for the parameters of a test, which Allure fills: the id of the parameters.

    For an id without a letter, which pytest makes of numbers, each parameter with its name.
    """
    called = getattr(item, "callspec", None)
    if called is None:
        return ""
    worded = any(letter.isalpha() for letter in called.id)
    return ": {param_id}" if worded else f": {', '.join(f'{name} {{{name}}}' for name in called.params)}"
