"""Whether the application says on a copy of the database what the live one says: only then a copy can take over."""

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
    """Of a suite that does not know what users read."""
    return {}


def nothing_made(_: Target) -> AbstractContextManager[None]:
    """Of a suite that makes nothing to read."""
    return nullcontext()


@dataclass(frozen=True)
class UserReads:
    """
    What users read of a service: *read* maps the name of each thing that a target says to what it says of it.

    AssertionError where an answer is not what it should be. Within *made* there is something to read.
    """

    read: Callable[[Target], Mapping[str, str]] = nothing_read
    made: Callable[[Target], AbstractContextManager[None]] = nothing_made


@dataclass
class ApplicationCheck:
    """
    One comparison of the application on a copy with that of *target*.

    *live* is what that one said before the dump, None where nothing can be compared. *told* says how it ended.
    """

    target: Target
    reads: UserReads
    course: Course
    live: Mapping[str, str] | None = None
    told: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def asked_before(self) -> Iterator[None]:
        """Ask the live application; in the block its database is copied."""
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
        Start the application on a *copy*, and ask it; Failed where it does not start, or says something else there.

        CannotTell where it does not start on an *empty* database either: what it lacks is not in the copy.
        """
        if self.live is None:
            return
        with ExitStack() as stack:
            with self.course.step("start the application", READY_S):
                try:
                    address = stack.enter_context(self.started_on(copy))
                except NotStarted as error:
                    self.expect_start_on(empty, str(error))
                    raise
            with self.course.step("read from the application"):
                self.compare_with(self.read_at(address))

    def started_on(self, database: SecretStr) -> AbstractContextManager[str]:
        """The application on a *database*, at the address that is given."""
        return started_application(
            self.target.drill_application, current_project().root, database, self.expect_ready_at
        )

    def expect_start_on(self, empty: Callable[[], AbstractContextManager[Scratch]], told: str) -> None:
        """The application starts on an *empty* database; CannotTell, with what was *told* of the copy, where it does not."""
        try:
            with empty() as scratch, self.started_on(scratch.dsn):
                return
        except NotStarted:
            raise CannotTell(f"{told}; nor does it start on an empty database: it lacks something else") from None

    def brought_up(self, backup: SecretStr) -> bool:
        """Start the application on a *backup* at another revision, False where nobody can; Failed where it does not start there."""
        if self.live is None:
            return False
        with self.course.step("start the application on the backup", READY_S), self.started_on(backup):
            return True

    def compare_with(self, copy: Mapping[str, str]) -> None:
        """Failed where a *copy* is told something else than the live application said before the dump and says still."""
        lasting = self.lasting()
        if wrong := [f"{name} {differs(copy.get(name))}" for name in lasting if copy.get(name) != lasting[name]]:
            raise failed_in("the application does not say on the copy what the live one says", wrong)
        ready = f"the application was ready on the copy after {self.course.times['start the application']:.1f} s"
        self.told = f"{ready} and says there what the live one says of {some(list(lasting))}" if lasting else ready
        self.counts = {"application_answers": len(lasting)}

    def lasting(self) -> dict[str, str]:
        """What the live application said before the dump and says still: whatever came or went meanwhile may be otherwise."""
        try:
            now = self.reads.read(self.target)
        except AssertionError:
            return {}
        return {name: said for name, said in (self.live or {}).items() if now.get(name) == said}

    def read_at(self, address: str) -> Mapping[str, str]:
        """What an application at another *address* says; Failed where it does not, CannotTell where no answer comes."""
        try:
            return self.reads.read(self.at(address))
        except AssertionError as error:
            told = f"the application cannot be used on the copy: {one_line(summary_of(error))}"
            unheard = isinstance(error, NoAnswer) or isinstance(error.__context__, NoAnswer)
            raise (CannotTell if unheard else Failed)(told) from None

    def expect_ready_at(self, address: str) -> None:
        """It is ready there."""
        expect_ready(self.at(address))

    def at(self, address: str) -> Target:
        """The target at another address."""
        return self.target.model_copy(update={"base_url": AnyHttpUrl(address), "ca_file": None})


def expect_ready(target: Target) -> None:
    """The application says that it is ready."""
    with client_to(target) as client:
        text = expect(client.get(target.ready_path)).text
    assert target.ready_text in text, f"{target.ready_path}: got {one_line(text)!r}, want {target.ready_text!r}"


def differs(said: str | None) -> str:
    """In what way; what it says there may be somebody's and is not repeated."""
    return "is missing" if said is None else "is another one"
