"""`rollout prove [CRITERION]`: see every check fail under its faults, and pass without them; or explain how it is judged."""

from typing import Annotated

import typer

from rollout.cli.options import PlanFile, rules_of
from rollout.cli.output import console
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.nearest import unknown
from rollout.plan import Plan
from rollout.project import current_project
from rollout.prove.explain import explained
from rollout.prove.faults import catalogue
from rollout.prove.proof import Proof, beyond_an_experiment, checkable, load_proof, store_proof, unproven
from rollout.prove.run import prove as experiment
from rollout.render import write_proof

Names = Annotated[list[str] | None, typer.Argument(metavar="[CRITERION]...", help="ids without phase; default: all")]
Explain = Annotated[
    bool, typer.Option("--explain", help="tell the rule, examples and faults of the criteria named; nothing is tried")
]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=8, help="stand-ins side by side")]


def prove(names: Names = None, jobs: Jobs = 3, explain: Explain = False, plan: PlanFile = None) -> int:
    """
    Try the stand-in's faults and store the matrix in docs/. Exit 0 if every criterion was seen to fail, else 10.
    """
    rules = rules_of(plan)
    if explain:
        return explain_all(rules, names or [])
    known = [criterion.id for criterion in checkable(rules)]
    late = beyond_an_experiment(rules)
    for name in names or ():
        if name in late:
            raise ValueError(f"criterion {name!r} cannot be proven here: {late[name]}")
        if name not in known:
            raise ValueError(unknown("checkable criterion", name, known))
    out = console()
    wanted = set(names or known)
    before: Proof | None = load_proof()
    proof = experiment(
        rules, catalogue(rules), wanted, jobs, lambda line: out.print(line, markup=False), before, store_proof
    )
    store_proof(proof)
    written = write_proof(proof, current_project().docs)
    missing = unproven(rules, proof)
    for name, reason in late.items():
        out.print(f"not proven here: {name}: {reason}", style="dim", markup=False)
    bad = [row.fault for row in proof.rows if not row.clean]
    for name, reason in missing.items():
        out.print(f"unproven: {name}: {reason}", style="red", markup=False)
    out.print(
        f"{len(known) - len(missing)} of {len(known)} criteria seen to fail, {len(proof.rows)} faults, {len(bad)} with surprises",
        markup=False,
    )
    for path in written:
        out.print(f"  {path}", style="dim")
    return EXIT_CODES[Outcome.NO_GO] if missing or bad else 0


def explain_all(rules: Plan, names: list[str]) -> int:
    """Print how each of the criteria *names* is judged."""
    if not names:
        raise ValueError("--explain needs a criterion: rollout prove --explain CRITERION")
    proof, out = load_proof(), console()
    for name in names:
        for line in explained(rules, name, proof):
            out.print(line, markup=False, soft_wrap=True)
    return EXIT_CODES[Outcome.GO]
