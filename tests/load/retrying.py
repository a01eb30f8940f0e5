"""A reviewer at a server that stores projects but answers 500; prints the stored projects as JSON."""

import json
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

from load.member import Id
from load.reviewer import Reviewer

PAGE = 100


class Retrying(Reviewer):
    """A reviewer whose requests are answered here, without a network; *looks* is whether the list of projects can be read."""

    def __init__(self, looks: bool, already: int) -> None:
        self.made = {}
        self.tried = set()
        self.trouble = ""
        self.number = 1
        self.looks = looks
        self.stored: list[dict[str, Any]] = []
        for number in range(already):
            self.store(f"{self.mark}-{number}")

    @property
    def mark(self) -> str:
        return "rollout-run-w-1"

    def store(self, name: str) -> None:
        """Store one more project."""
        self.stored.append({"id": len(self.stored) + 1, "name": name})

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The answer of the simulated server."""
        self.trouble = ""
        if method == "POST":
            self.store(options["json"]["name"])
            self.trouble = "POST /projects answered 500"
        if method == "DELETE":
            self.stored = [each for each in self.stored if each["id"] != int(path.rpartition("/")[2])]
        if method == "GET" and not self.looks:
            self.trouble = "GET /projects answered 500"
        elif method == "GET":
            asked = parse_qs(urlsplit(path).query)
            begin = (int(asked.get("page", ["1"])[0]) - 1) * PAGE
            found = [each for each in self.stored if asked["search"][0] in each["name"]]
            return {"items": found[begin : begin + PAGE]}
        return {}


def answers() -> dict[str, Any]:
    """The facts that the tests check."""
    user, blind = Retrying(looks=True, already=0), Retrying(looks=False, already=0)
    ids: list[Id | None] = [each.project_of_mine(f"{each.mark}-work") for each in (user, blind) for _ in range(130)]
    many = Retrying(looks=True, already=250)
    many.stored.append({"id": 1000, "name": "rollout-run-w-10-1"})
    many.leave()
    return {
        "made": len(user.stored),
        "id": ids[129],
        "made by one who cannot look": len(blind.stored),
        "left": [each["name"] for each in many.stored],
    }


if __name__ == "__main__":
    json.dump(answers(), sys.stdout)
