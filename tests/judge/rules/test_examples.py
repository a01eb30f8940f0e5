"""Each rule of the judge, beside a good journal that meets it and bad ones that do not, as small as they can be."""

import pytest

from rollout.judge.decide import JUDGES, WITHOUT_METRIC
from rollout.judge.verdict import Verdict
from rollout.prove.examples import Example, JudgeRule, rules

LONGEST = 13  # records of a mini-journal; a comparison needs as many pairs to be certain
EVERY = [
    pytest.param(rule, example, id=f"{rule.name} {example.verdict.name}")
    for rule in rules()
    for example in rule.examples
]


@pytest.mark.parametrize(("rule", "example"), EVERY)
def test_an_example_comes_to_the_verdict_that_it_shows(rule: JudgeRule, example: Example) -> None:
    """
    The journals that `rollout prove --explain` prints are judged as it says.
    """
    found = rule.finding(example)
    assert (found.verdict, found.reason) == (example.verdict, example.reason)


def test_every_rule_has_a_good_and_a_bad_example() -> None:
    """
    A new rule without one of both is incomplete: add rollout/judge/examples/<rule>.toml.
    """
    known = {rule.name: rule for rule in rules()}
    kinds = {kind.value for kind in JUDGES}
    assert known.keys() == kinds | {source.value for source in WITHOUT_METRIC} - {"attestation"}
    for rule in known.values():
        assert rule.good.verdict is Verdict.MET
        assert all(example.verdict is not Verdict.MET for example in rule.bad)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in rules()])
def test_a_good_example_without_its_end_is_no_proof(rule: JudgeRule) -> None:
    """
    The same journal cut short by one line meets nothing.
    """
    cut = Example(Verdict.UNPROVEN, "", rule.good.lines[:-1])
    assert rule.finding(cut).verdict is not Verdict.MET


@pytest.mark.parametrize(("rule", "example"), EVERY)
def test_an_example_is_short(rule: JudgeRule, example: Example) -> None:
    """
    Somebody reads it in a minute.
    """
    assert len(example.lines) <= (LONGEST if rule.name == "comparison" else 8)
