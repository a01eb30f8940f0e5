"""Users of a game day notice themselves when something that they wrote is gone or another thing."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from xcodereviewer.drills.gameday_users import GamedayUser, label
from xcodereviewer.models import Id, Page, Project

KEPT, GONE, CHANGED = (
    Project(id=number, name=f"written-{number}", source_type="local", status="active", owner_id=1)
    for number in (1, 2, 3)
)


@dataclass
class Desk:
    """An API that has lost one project and altered another."""

    there: dict[Id, Project] = field(
        default_factory=lambda: {1: KEPT, 3: CHANGED.model_copy(update={"name": "3-nettirw"})}
    )

    def get(self, path: str, page: int = 1, page_size: int = 1) -> httpx.Response:
        request = httpx.Request("GET", f"http://127.0.0.1{path}")
        if path == "/projects":
            return httpx.Response(200, json=self.page(page, page_size).model_dump(), request=request)
        found = self.there.get(int(path.rpartition("/")[2]))
        if found is None:
            return httpx.Response(404, json={"detail": "Not Found"}, request=request)
        return httpx.Response(200, json=found.model_dump(), request=request)

    def page(self, number: int, size: int) -> Page[Project]:
        newest_first = tuple(reversed(self.there.values()))
        items = newest_first[(number - 1) * size : number * size]
        return Page[Project](items=items, total=len(newest_first), page=number, page_size=size)


def user() -> GamedayUser:
    """A user who wrote three projects."""
    person: Any = Desk()
    return GamedayUser("1", person, "", written=[KEPT, GONE, CHANGED])


def test_a_user_who_looks_back_sees_what_is_lost() -> None:
    """
    A 404 is a loss, another name an alteration, the same thing neither.
    """
    found = user()
    for project in (KEPT, GONE, CHANGED):
        found.look_back(project)
    assert (found.missing, found.altered) == ({label(GONE)}, {label(CHANGED)})


def test_in_the_end_everything_written_is_looked_at() -> None:
    """
    What nobody looked back at meanwhile counts too.
    """
    found = user()
    found.look_at_all()
    assert (found.missing, found.altered) == ({label(GONE)}, {label(CHANGED)})


def test_what_is_on_a_later_page_is_there_too() -> None:
    """
    In a round of some minutes a user writes more than one page of projects holds.
    """
    written = [KEPT.model_copy(update={"id": number}) for number in range(1, 251)]
    person: Any = Desk({project.id: project for project in written})
    found = GamedayUser("1", person, "", written=written)
    found.look_at_all()
    assert (found.missing, found.altered) == (set(), set())
    del person.there[1]
    found.look_at_all()
    assert (found.missing, found.altered) == ({label(written[0])}, set())
