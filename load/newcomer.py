"""Newcomers: register and sign in for the first time."""

from load.member import API, FORM
from rollout.locust_plugin.generator.user import LoadUser, arrival


class Newcomer(LoadUser):
    """A new user at every arrival; the accounts stay, because the API cannot delete accounts."""

    scenario = "newcomer"
    came = 0

    @arrival("newcomer.register")
    def join(self) -> None:
        """Register, then sign in."""
        self.came += 1
        username = f"rollout-{self.worker.run}-{self.worker.name}-{self.number}-{self.came}"
        password = f"Aa1-{self.random.getrandbits(96):024x}"
        body = {"username": username, "email": f"{username}@example.com", "password": password}
        registered = False
        with self.rest("POST", f"{API}/auth/register", name="newcomer.register", json=body) as answer:
            assert answer.js, "no account,"
            assert answer.js["username"] == username, "another name,"
            registered = True
        if registered:
            form = {"username": username, "password": password}
            with self.rest("POST", f"{API}/auth/login", name="newcomer.login", data=form, headers=FORM) as answer:
                assert answer.js, "no answer,"
                assert "access_token" in answer.js, "no token,"
