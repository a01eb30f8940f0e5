"""Rollback procedures: steps with the condition, the phases and the danger of each."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from rollout.values import TABLE, TEXT, Duration, Part, Sentence, Slug, form_of

DATABASE_CLIENT = r"\b(psql|mysql|mariadb|redis-cli|sqlite3)\b"
RESTORES = re.compile(
    r"restor|point.in.time.recovery|\bPITR\b|backup-fetch|\b(wal-g|wal-e|barman|pgbackrest|velero|rsync|dropdb)\b"
    r"|\b(drop|truncate)\s+(table|schema|database)|\bdelete\s+from\b|\brecover(y|ing)?\b.*\b(data|database|cluster|tables?)\b"
    rf"|{DATABASE_CLIENT}.*(<|\s-f\b|--file)|\|\s*{DATABASE_CLIENT}"  # a file or a pipe into a database
    r"|\b(load|import|apply|replay|copy|recover)\b.*\b(backup|dump|snapshot)",
    re.IGNORECASE | re.DOTALL,
)


KEYS_OF = {"set-env": {"values"}, "scale": {"replicas"}, "undo": set(), "lower-percentage": set(), "restore": set()}


def unless_set(description: str, default: Any = None) -> Any:
    """
    A field that is left out of the hash of the plan where it has its *default*: older evidence was taken without it.
    """
    return Field(default, description=description, exclude_if=lambda value: value == default)


class StepAction(Part):
    """
    What is done to a deployment of the target in a step.

    kubectl sets the *values* of its containers (`set-env`) or the number of *replicas* (`scale`), goes back to an earlier
    revision (`undo`), or sets the variable that holds the share of users (`lower-percentage`). `restore` restores a
    backup into a new database, never over the live one, and tells how to switch the deployment to it.
    """

    do: Literal["set-env", "scale", "undo", "lower-percentage", "restore"]
    deployment: Slug = Field(description="which deployment, as `kubernetes_deployments` of the target names it")
    values: dict[Sentence, str] = Field({}, description="with `set-env`: the variables of its containers")
    replicas: int | None = Field(None, ge=0, description="with `scale`: how many pods")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        given = {key for key in ("values", "replicas") if getattr(self, key) not in (None, {})}
        if given != KEYS_OF[self.do]:
            wanted = " and ".join(sorted(KEYS_OF[self.do])) or "neither values nor replicas"
            raise ValueError(f"{self.do} takes {wanted}, got {' and '.join(sorted(given)) or 'nothing'}")
        return self


class ProcedureStep(Part):
    """
    One step of a procedure: a command or something to do, and when it is right.

    With an *action* it is carried out by `rollout rollback`, between a check before and one after it; people do any other one.
    """

    id: Slug | None = unless_set("its name within the procedure; without it the number of the step")
    run: Sentence = Field(description="the command, or what to do in words")
    condition: Sentence | None = Field(None, description="when the step is needed; without it always")
    phases: tuple[Slug, ...] = Field((), description="the phases whose rollback it belongs to; without it every phase")
    destructive: bool = Field(
        False,
        description="whether it overwrites data: shown only where data was lost; a step without an action says so itself",
    )

    action: StepAction | None = unless_set("what is done to a deployment; without it people do the step")
    pre_check: Literal["deployment-exists", "revision-exists", "database-is-new"] | None = unless_set(
        "what must hold before the action: the deployment can be read, the earlier revision is kept too, or no database has that name"
    )
    post_check: Literal["rolled-out", "no-pods", "restored"] | None = unless_set(
        "what must hold after it: the new state has reached every pod and no older one is left, no pod is left at all, or the new database is whole"
    )
    within: Duration | None = unless_set(
        "how long the check after the action may take to hold, such as 2min; with `restore`: how long the restoring may take"
    )
    idempotent: bool = unless_set("whether the action may be sent again where nobody knows if it arrived", False)

    @property
    def harmless(self) -> bool:
        """
        Whether it may be shown where no data was lost: it is a known action on a deployment, or says that it overwrites nothing.

        A step that says nothing is not: no list of dangerous words is complete.
        """
        known = self.action is not None and self.action.do != "restore"
        return not self.destructive and (known or "destructive" in self.model_fields_set) and not restores(self.run)

    @model_validator(mode="after")
    def _an_action_is_checked(self) -> Self:
        keys = ("pre_check", "post_check", "within")
        given = [key for key in keys if getattr(self, key) is not None]
        if self.action is None and (given or self.idempotent):
            raise ValueError(f"{self.run!r} has no action, so nothing reads {', '.join(given) or 'idempotent'}")
        if self.action and (missing := [key for key in keys if key not in given]):
            raise ValueError(f"{self.run!r} has an action and lacks {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _only_a_restore_is_about_data(self) -> Self:
        restoring = self.action is not None and self.action.do == "restore"
        if self.action and self.destructive and not restoring:
            raise ValueError(f"{self.run!r} overwrites data: people do it, take the action out")
        if restoring and not self.destructive:
            raise ValueError(f"{self.run!r} restores something, which overwrites data: write destructive = true")
        if {self.pre_check == "database-is-new", self.post_check == "restored"} != {restoring}:
            raise ValueError(
                f"{self.run!r}: database-is-new and restored are the checks of restore, and of nothing else"
            )
        return self

    @model_validator(mode="after")
    def _a_restore_is_destructive(self) -> Self:
        if restores(self.run) and not self.destructive:
            raise ValueError(f"{self.run!r} restores something, which overwrites data: write destructive = true")
        return self


Step = Annotated[Annotated[Sentence, Tag(TEXT)] | Annotated[ProcedureStep, Tag(TABLE)], Discriminator(form_of)]


class Procedure(Part):
    """A rollback procedure, step by step; a step that is only text says nothing of its danger."""

    id: Slug
    title: Sentence
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def all_steps(self) -> tuple[ProcedureStep, ...]:
        """Every step as a table; a step of text that restores something is taken as destructive."""
        return tuple(
            (ProcedureStep(run=step, destructive=True) if restores(step) else ProcedureStep(run=step))
            if isinstance(step, str)
            else step
            for step in self.steps
        )

    @model_validator(mode="after")
    def _steps_have_one_name(self) -> Self:
        names = [name for name, _ in self.named_steps]
        twice = [name for number, name in enumerate(names) if name in names[:number]]
        if twice:
            raise ValueError(f"procedures.{self.id}: step {twice[0]!r} stands there twice; ids must be unique")
        return self

    @property
    def named_steps(self) -> list[tuple[str, ProcedureStep]]:
        """Every step with its name in evidence and on the command line: its id, else its number."""
        return [(step.id or f"step-{number}", step) for number, step in enumerate(self.all_steps, start=1)]

    def steps_of(self, phase: str) -> list[tuple[str, ProcedureStep]]:
        """The named steps that belong to the rollback of *phase*."""
        return [(name, step) for name, step in self.named_steps if not step.phases or phase in step.phases]


def restores(text: str) -> bool:
    """Whether a text describes a restore, or puts a file into a database."""
    return RESTORES.search(text) is not None
