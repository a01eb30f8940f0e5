"""Several users that sign in at the same moment; a scenario of its own, since each sign-in costs CPU."""

from locust.env import Environment

from load.account import Account, account
from load.member import API, FORM, Member
from rollout.locust_plugin.generator.user import arrival


class Crowd(Member):
    """A user with *together* accounts; at each arrival all of them sign in and do nothing else."""

    scenario = "crowd"
    together = 5

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.accounts: list[Account] = []
        self.came = 0

    def prepare(self) -> bool:
        """Sign in or register every account."""
        while len(self.accounts) < self.together:
            who = account(self.worker, self.number, len(self.accounts))
            if not self.enrolled(who):
                return False
            self.accounts.append(who)
        return True

    def leave(self) -> None:
        """Do nothing: the API cannot delete accounts."""

    @arrival("crowd.login")
    def enter(self) -> None:
        """Sign in by the next account."""
        who = self.accounts[self.came % self.together]
        self.came += 1
        form = {"username": who.email, "password": who.password.get_secret_value()}
        with self.rest("POST", f"{API}/auth/login", name="crowd.login", data=form, headers=FORM) as answer:
            assert answer.js, "no answer,"
            assert "access_token" in answer.js, "no token,"
