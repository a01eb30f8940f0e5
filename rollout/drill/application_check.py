"""Use the application on a copy of the database: only a copy on which it works can take over. The live one is not signed in to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from pydantic import AnyHttpUrl, SecretStr

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.scratch import Scratch
from rollout.drill.started_application import READY_S, NotStarted, started_application
from rollout.project import current_project
from rollout.target import Target
from rollout.target.answer import expect, summary_of
from rollout.target.http import NoAnswer, client_to
from rollout.target.message import one_line
from rollout.target.obstacle import place
from rollout.values import as_taken, some

NOT_STARTED = "the application was not started on the copy"
Use = Callable[[Target], Mapping[str, str]]


def nothing_used(_: Target) -> dict[str, str]:
    """The use of a suite that defines none."""
    return {}


@dataclass
class ApplicationCheck:
    """
    One use of the application of *target* on a copy of its database.

    *use* takes a target and returns name → answer for each thing that users do there; AssertionError where an answer is not
    as it should be. *told* is the result in words; it tells before the dump where the application is not to be started.
    """

    target: Target
    use: Use
    course: Course
    told: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def asked_before(self) -> None:
        """Ask whether the live application is ready, which changes nothing there: one that is not accuses no copy."""
        if not self.target.drill_application:
            self.told = f"{NOT_STARTED}: no command in {place(self.target, 'drill_application')}"
            return
        with self.course.step("ask the live application"):
            try:
                expect_ready(self.target)
            except AssertionError as error:
                self.told = f"{NOT_STARTED}: the live one cannot be asked: {one_line(summary_of(error))}"

    def used_on(self, copy: SecretStr, empty: Callable[[], AbstractContextManager[Scratch]]) -> None:
        """
        Start the application on a *copy* and use it; Failed where it does not start there, or answers wrongly.

        CannotTell where it does not start on an *empty* database either: the cause is not in the copy.
        """
        if self.told:
            return
        with ExitStack() as stack:
            address = stack.enter_context(self.ready_on(copy, empty))
            with self.course.step("use the application"):
                answers = self.answers_at(address)
        ready = f"the application was ready on the copy after {as_taken(self.course.times['start the application'])}"
        self.told = f"{ready} and answered as it should of {some(list(answers))}" if answers else ready
        self.counts = {"application_answers": len(answers)}

    @contextmanager
    def ready_on(self, copy: SecretStr, empty: Callable[[], AbstractContextManager[Scratch]]) -> Iterator[str]:
        """
        The application on a *copy*; the block gets its address. NotStarted where it does not start there.

        CannotTell where it does not start on an *empty* database either: the cause is not in the copy.
        """
        with ExitStack() as stack:
            with self.course.step("start the application", READY_S):
                try:
                    address = stack.enter_context(self.started_on(copy))
                except NotStarted as error:
                    self.expect_start_on(empty, str(error))
                    raise
            yield address

    def started_on(self, database: SecretStr) -> AbstractContextManager[str]:
        """The application on a *database*; the block gets its address."""
        return started_application(
            self.target.drill_application, current_project().root, database, self.expect_ready_at
        )

    def expect_start_on(self, empty: Callable[[], AbstractContextManager[Scratch]], told: str) -> None:
        """
        Start the application on an *empty* database; CannotTell, with the error *told* on the copy, where that fails.
        """
        try:
            with empty() as scratch, self.started_on(scratch.dsn):
                return
        except NotStarted:
            raise CannotTell(f"{told}; nor does it start on an empty database: it lacks something else") from None

    def brought_up(self, backup: SecretStr) -> bool:
        """Start it on a *backup* at another revision; False where it is not to be started, Failed where it does not start."""
        if NOT_STARTED in self.told:
            return False
        with self.course.step("start the application on the backup", READY_S), self.started_on(backup):
            return True

    def answers_at(self, address: str) -> Mapping[str, str]:
        """The answers of the application at an *address*; Failed where one is wrong, CannotTell where none comes."""
        try:
            return self.use(self.at(address))
        except AssertionError as error:
            told = f"the application cannot be used on the copy: {one_line(summary_of(error))}"
            unheard = isinstance(error, NoAnswer) or isinstance(error.__context__, NoAnswer)
            raise (CannotTell if unheard else Failed)(told) from None

    def expect_ready_at(self, address: str) -> None:
        """Assert that the application at an *address* is ready."""
        expect_ready(self.at(address))

    def at(self, address: str) -> Target:
        """The target at another address."""
        return self.target.model_copy(update={"base_url": AnyHttpUrl(address), "ca_file": None})


def expect_ready(target: Target) -> None:
    """Assert that the application of *target* answers that it is ready."""
    with client_to(target) as client:
        text = expect(client.get(target.ready_path)).text
    assert target.ready_text in text, f"{target.ready_path}: got {one_line(text)!r}, want {target.ready_text!r}"
