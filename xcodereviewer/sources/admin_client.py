"""Read the API as its administrator; log in if there is no token or it has expired."""

from typing import TYPE_CHECKING, Any, TypeVar

from rollout.sources.source import Answered, Refused, SourceError, given

if TYPE_CHECKING:
    from rollout.target import Target

TIMEOUT_S = 3.0
REFUSED = (400, 401, 403)  # some deployments answer 400 to an expired token
Value = TypeVar("Value")


class AdminClient:
    """Reads JSON documents of the target, with one token for several reads."""

    def __init__(self, target: "Target") -> None:
        from rollout.target.deadline import each
        from rollout.target.http import client_to
        from xcodereviewer.target import LOGIN, XcrTarget

        if not isinstance(target, XcrTarget):
            raise SourceError("only a target of this suite has an administrator")
        self._client = client_to(target, each(TIMEOUT_S))
        self._login = LOGIN
        self._form = {
            "username": given(target.admin_email),
            "password": given(target.admin_password).get_secret_value(),
        }
        self._token: str | None = None

    def document(self, path: str) -> dict[str, Any]:
        """The JSON object at *path*; SourceError if there is none, Refused if the administrator is refused."""
        if self._token is not None:
            status, found = self._ask("GET", path)
            if status not in REFUSED:
                return wanted(f"GET {path}", status, found)
        status, found = self._ask("POST", self._login, data=self._form)
        sign_in = f"POST {self._login} as administrator"
        if 400 <= status < 500:
            raise Refused(f"{sign_in}: got {status}, want 200")
        self._token = read(wanted(sign_in, status, found), "access_token", str)
        status, found = self._ask("GET", path)
        if status in REFUSED:
            self._token = None
            raise Refused(f"GET {path} as administrator, just signed in: got {status}, want 200")
        return wanted(f"GET {path}", status, found)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, method: str, path: str, **more: Any) -> tuple[int, object]:
        """Status and JSON of one answer; SourceError if there is none."""
        headers = {"Authorization": f"Bearer {self._token}"} if method == "GET" else {}
        try:
            answer = self._client.request(method, path, headers=headers, **more)
            return answer.status_code, answer.json() if answer.status_code == 200 else None
        except AssertionError as error:
            raise SourceError(str(error)) from None


def wanted(asked: str, status: int, found: object) -> dict[str, Any]:
    """The JSON object of a successful answer; SourceError for any other answer."""
    if status != 200:
        raise Answered(f"{asked}: got {status}, want 200")
    if not isinstance(found, dict):
        raise SourceError(f"{asked}: got {str(found)[:80]!r}, want an object")
    return found


def read(document: dict[str, Any], name: str, kind: type[Value]) -> Value:
    """One value of a document; SourceError if it is missing or of another type."""
    found = document.get(name)
    if not isinstance(found, kind) or isinstance(found, bool):
        raise SourceError(f"{name}: got {found!r}, want {kind.__name__}")
    return found
