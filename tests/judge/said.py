"""
Small ledgers of many kinds, and the judge's complete findings about them.

`python -m tests.judge.said` rewrites findings.json after an intended change of words or numbers; review its diff.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rollout.evidence import Ledger, Run
from rollout.evidence.records import Attestation, Record, Requests, Sample, Slot
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.plan import Limit
from rollout.prove.examples import JudgeRule, rules
from tests.judge.ledgers import NOW, RELEASE
from tests.judge.test_users import plan as users_plan
from tests.properties import ledgers, loads

FILE = Path(__file__).with_name("findings.json")
QUOTED = {"sentence", "states"}  # from the plan
INTERVAL = ledgers.INTERVAL
Findings = list[dict[str, Any]]
Say = Callable[[], Findings]
Column = Callable[[int], float | None]


def findings(decision: Decision) -> Findings:
    """The findings of a decision, without the fields quoted from the plan."""
    return [each.model_dump(mode="json", exclude_defaults=True, exclude=QUOTED) for each in decision.findings]


def of_rule(rule: JudgeRule) -> Findings:
    """The findings about the mini-journals of a rule."""
    return [rule.finding(example).model_dump(mode="json", exclude_defaults=True) for example in rule.examples]


def of_loads(*kinds: str) -> Findings:
    """Loads one after the other, each good (`good`) or bad."""
    made = [loads.good(at) if kind == "good" else loads.bad(at, kind) for at, kind in enumerate(kinds)]
    return findings(loads.judged(tuple(made)))


def of_a_cut_load(kind: str) -> Findings:
    """A load without its last seconds and its end, after a good one."""
    one = loads.good(1) if kind == "good" else loads.bad(1, kind)
    return findings(loads.judged((loads.good(0), loads.cut(one, one.count - 3))))


def of_a_spoilt_load(spoil: str) -> Findings:
    """A good load with a record that spoils it."""
    first, *records = loads.everything(loads.good(0))
    return findings(loads.judged((loads.run(first, [*records[:-1], loads.SPOILS[spoil](), records[-1]]),)))  # type: ignore[arg-type]


def of_a_short_load() -> Findings:
    """A load that ended after half a minute."""
    return findings(loads.judged((loads.load(0, seconds=loads.failing(0)[:30]),)))


def three(_: int) -> float:
    """The value 3, for a level or a queue."""
    return 3.0


def one(_: int) -> float:
    """The value 1, for an answered probe."""
    return 1.0


def told(value: float | None) -> Sample:
    """A number or an error."""
    return Sample(error="no way in") if value is None else Sample(value=value, text=f"{value:g} seen")


def of_watch(queue: Column = three, up: Column = one, count: int = 125, every: int = 1, left: int = 9999) -> Findings:
    """A monitor with the queue and the probe in each of its rounds; *left* are the records before it was cut short."""
    begin = NOW - count * INTERVAL
    rounds: list[Record] = []
    for at in range(0, count, every):
        samples = {
            "celery.queue_tasks": told(queue(at)),
            "celery.workers_count": Sample(value=1.0),
            "service.available": told(up(at)),
        }
        rounds.append(Slot(due=begin + at * INTERVAL, number=at, samples=samples))
    run = ledgers.run(ledgers.started("watch", 1, begin), rounds)
    return findings(ledgers.judged((ledgers.cut(run, left) if left < len(rounds) else run,)))


def counted(n: int = 100, failed: int = 0, slow: int = 0) -> Requests:
    """The requests of users in half a minute."""
    return Requests(n=n, failed=failed, over={"250": slow, "500": slow})


def of_users(
    counts: Callable[[int], Requests | None],
    count: int = 490,
    up: Column = one,
    support: str = "required",
    trigger: Limit | None = None,
) -> Findings:
    """A monitor that counted the requests of users; *trigger* is one on their error rate."""
    begin = NOW - count * INTERVAL
    rounds: list[Record] = []
    for at in range(count):
        requests = counts(at)
        seen = Sample(error="no way in") if requests is None else Sample(value=float(requests.n), requests=requests)
        rounds.append(
            Slot(
                due=begin + at * INTERVAL,
                number=at,
                samples={"users.requests": seen, "service.available": told(up(at))},
            )
        )
    run: Run = ledgers.run(ledgers.started("watch", 1, begin), rounds)
    plan = users_plan(support=support)
    errors, *others = plan.criteria
    asked = plan.model_copy(update={"criteria": (errors.model_copy(update={"trigger": trigger}), *others)})
    return findings(decide(asked, "stage", Ledger((run,)), NOW, release=RELEASE))


def of_part(kind: str, accused: bool) -> Findings:
    """The findings about evidence of every producer without one of them, or with a bad one."""
    whole = tuple(each for each in ledgers.meeting() if accused or each.producer != kind)
    worse = (ledgers.bad(kind, 9, ledgers.begins(kind, 0.5)),) if accused else ()
    return findings(ledgers.judged((*whole, *worse)))


def of_signatures(*names: str) -> Findings:
    """The findings about signatures of the owner, the tester and others."""
    said: list[Record] = [
        Attestation(criterion="stage.signed", by=name, role=role, statement="seen", accepted=True)
        for name, role in zip(names, ("owner", "tester", "guest"), strict=False)
    ]
    return findings(ledgers.judged((ledgers.run(ledgers.started("attest", 1, NOW - 60), said),)))


def of_what_was_cut_short() -> Findings:
    """The findings about incomplete evidence of every producer."""
    return findings(ledgers.judged(tuple(ledgers.cut(each, each.count) for each in ledgers.meeting())))


FIVE = Limit(op=">", value=5, unit="%")
BAD_LOADS = sorted(loads.BAD)
SAID: dict[str, Say] = {
    **{f"rule {rule.name}": partial(of_rule, rule) for rule in rules()},
    "no load": of_loads,
    "load good": partial(of_loads, "good"),
    "two good loads": partial(of_loads, "good", "good"),
    **{f"load {kind}": partial(of_loads, kind) for kind in BAD_LOADS},
    **{f"load good, {kind}": partial(of_loads, "good", kind) for kind in BAD_LOADS},
    **{f"load {kind}, good": partial(of_loads, kind, "good") for kind in BAD_LOADS},
    **{f"load good, {kind} cut short": partial(of_a_cut_load, kind) for kind in ("good", *BAD_LOADS)},
    **{f"load with {spoil}": partial(of_a_spoilt_load, spoil) for spoil in sorted(loads.SPOILS)},
    "load that ended early": of_a_short_load,
    "watch good": of_watch,
    "watch a peak just below": partial(of_watch, lambda at: 99.0 if at == 60 else 3.0),
    "watch a peak at the limit": partial(of_watch, lambda at: 100.0 if at == 60 else 3.0),
    "watch a peak beyond": partial(of_watch, lambda at: 250.0 if at in (60, 61) else 3.0),
    "watch one probe failed": partial(of_watch, up=lambda at: float(at != 60)),
    "watch two probes failed": partial(of_watch, up=lambda at: float(at not in (60, 61))),
    "watch probes failed at the end": partial(of_watch, up=lambda at: float(at < 120)),
    "watch an error": partial(of_watch, lambda at: None if at == 60 else 3.0, lambda at: None if at == 60 else 1.0),
    "watch errors in a row": partial(of_watch, lambda at: None if 60 <= at < 65 else 3.0),
    "watch errors now and then": partial(of_watch, lambda at: None if at % 15 == 0 else 3.0),
    "watch too short": partial(of_watch, count=60),
    "watch seldom": partial(of_watch, every=40),
    "watch cut short": partial(of_watch, left=100),
    "users good": partial(of_users, lambda at: counted()),
    "users good, reported": partial(of_users, lambda at: counted(), support="reported"),
    "users some failed": partial(of_users, lambda at: counted(failed=int(at % 2 == 0))),
    "users one in a hundred failed": partial(of_users, lambda at: counted(failed=1), support="reported"),
    "users many failed": partial(of_users, lambda at: counted(failed=3)),
    "users some slow": partial(of_users, lambda at: counted(slow=4)),
    "users many slow": partial(of_users, lambda at: counted(slow=20)),
    "users an outage": partial(of_users, lambda at: counted(failed=100 if 300 <= at < 306 else 0)),
    "users a trigger": partial(of_users, lambda at: counted(failed=40 if 300 <= at < 304 else 0), trigger=FIVE),
    "users no trigger": partial(of_users, lambda at: counted(failed=40 if 300 <= at < 302 else 0), trigger=FIVE),
    "users silent": partial(of_users, lambda at: counted(n=0 if 300 <= at < 340 else 100)),
    "users silent and down": partial(
        of_users, lambda at: counted(n=0 if 300 <= at < 304 else 100), up=lambda at: float(not 300 <= at < 304)
    ),
    "users none": partial(of_users, lambda at: counted(n=0)),
    "users not counted": partial(of_users, lambda at: None),
    "users too short": partial(of_users, lambda at: counted(), count=200),
    **{f"without {kind}": partial(of_part, kind, False) for kind in ledgers.KINDS},
    **{f"bad {kind}": partial(of_part, kind, True) for kind in ledgers.KINDS},
    "one signature": partial(of_signatures, "Kim"),
    "one person": partial(of_signatures, "Kim", "Kim"),
    "three people": partial(of_signatures, "Kim", "Bo", "Ada"),
    "all cut short": of_what_was_cut_short,
}


def written() -> str:
    """The text of the file: a line for each finding."""
    parts = []
    for name, say in SAID.items():
        lines = ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in say())
        parts.append(f" {json.dumps(name)}: [\n{lines}\n ]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
