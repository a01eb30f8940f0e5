"""Compare the application on a copy of the database with the live one: only an equal copy can take over."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field

from pydantic import AnyHttpUrl, SecretStr

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed, failed_in
from rollout.drill.scratch import Scratch
from rollout.drill.started_application import READY_S, NotStarted, started_application
from rollout.project import current_project
from rollout.target import Target
from rollout.target.answer import expect, summary_of
from rollout.target.http import NoAnswer, client_to
from rollout.target.message import one_line
from rollout.target.obstacle import place
from rollout.values import some

NOT_STARTED = "the application was not started on the copy"


def nothing_read(_: Target) -> dict[str, str]:
    """The reads of a suite that defines none."""
    return {}


def nothing_made(_: Target) -> AbstractContextManager[None]:
    """The test data of a suite that makes none."""
    return nullcontext()


@dataclass(frozen=True)
class UserReads:
    """
    What users read of a service: *read* takes a target and returns name → answer for each thing that users read.

    AssertionError where an answer is not as it should be. Within *made* there is something to read.
    """

    read: Callable[[Target], Mapping[str, str]] = nothing_read
    made: Callable[[Target], AbstractContextManager[None]] = nothing_made


@dataclass
class ApplicationCheck:
    """
    One comparison of the application on a copy with that of *target*.

    *live* are the answers of the live application before the dump, None where nothing can be compared. *told* is the
    result in words.
    """

    target: Target
    reads: UserReads
    course: Course
    live: Mapping[str, str] | None = None
    told: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def asked_before(self) -> Iterator[None]:
        """Read from the live application; its database is copied in the block."""
        if not self.target.drill_application:
            self.told = f"{NOT_STARTED}: no command in {place(self.target, 'drill_application')}"
            yield
            return
        with self.course.step("read from the live application"), ExitStack() as stack:
            try:
                expect_ready(self.target)
                stack.enter_context(self.reads.made(self.target))
                self.live = self.reads.read(self.target)
            except AssertionError as error:
                self.told = f"{NOT_STARTED}: the live one cannot be asked: {one_line(summary_of(error))}"
            made = stack.pop_all()
        with made:
            yield

    def compare(self, copy: SecretStr, empty: Callable[[], AbstractContextManager[Scratch]]) -> None:
        """
        Start the application on a *copy* and read from it; Failed where it does not start there, or answers otherwise.

        CannotTell where it does not start on an *empty* database either: the cause is not in the copy.
        """
        if self.live is None:
            return
        with ExitStack() as stack:
            address = stack.enter_context(self.ready_on(copy, empty))
            with self.course.step("read from the application"):
                self.compare_with(self.read_at(address))

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
        """Start it on a *backup* at another revision; False without live answers, Failed where it does not start."""
        if self.live is None:
            return False
        with self.course.step("start the application on the backup", READY_S), self.started_on(backup):
            return True

    def compare_with(self, copy: Mapping[str, str]) -> None:
        """
        Failed where the answers on the *copy* differ from those of the live application before the dump and after it.
        """
        lasting = self.lasting()
        if wrong := [f"{name} {differs(copy.get(name))}" for name in lasting if copy.get(name) != lasting[name]]:
            raise failed_in("the application does not say on the copy what the live one says", wrong)
        ready = f"the application was ready on the copy after {self.course.times['start the application']:.1f} s"
        self.told = f"{ready} and says there what the live one says of {some(list(lasting))}" if lasting else ready
        self.counts = {"application_answers": len(lasting)}

    def lasting(self) -> dict[str, str]:
        """
        The answers of the live application that are the same before the dump and now; others may differ on a copy.
        """
        try:
            now = self.reads.read(self.target)
        except AssertionError:
            return {}
        return {name: said for name, said in (self.live or {}).items() if now.get(name) == said}

    def read_at(self, address: str) -> Mapping[str, str]:
        """The answers of the application at an *address*; Failed where one is wrong, CannotTell where none comes."""
        try:
            return self.reads.read(self.at(address))
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


def differs(said: str | None) -> str:
    """In what way an answer differs; the answer may be private and is not repeated."""
    return "is missing" if said is None else "is another one"
