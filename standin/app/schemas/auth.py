"""Sign-up, sign-in and the person behind a token."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, StringConstraints, WithJsonSchema

from standin import faults
from standin.app.schemas.common import NO_NUL, Body, Name

EMAIL = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}$"
NEEDED = {
    "an upper-case letter": r"[A-Z]",
    "a lower-case letter": r"[a-z]",
    "a digit": r"[0-9]",
    "a special character": r"[^A-Za-z0-9\s]",
}

STRONG = "^" + "".join(f"(?=[^\\x00]*{pattern})" for pattern in NEEDED.values()) + r"[^\x00]*$"
"""The same for readers of the OpenAPI document; pydantic's own patterns know no look-ahead."""


def _strong(password: str) -> str:
    missing = [what for what, pattern in NEEDED.items() if not re.search(pattern, password)]
    if missing and not faults.active("weak-password-accepted"):
        raise ValueError(f"the password lacks {', '.join(missing)}")
    return password


Password = Annotated[
    str,
    StringConstraints(min_length=12, max_length=72, pattern=NO_NUL),
    AfterValidator(_strong),
    WithJsonSchema({"type": "string", "minLength": 12, "maxLength": 72, "pattern": STRONG}),
]


class Register(Body):
    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=254)]
    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{3,50}$")]
    password: Password
    full_name: Name | None = None


class Forgotten(Body):
    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=254)]


class Reset(Body):
    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    new_password: Password


class Asked(BaseModel):
    message: str


class Refresh(Body):
    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Logout(Body):
    refresh_token: Annotated[str, StringConstraints(max_length=4096)] | None = None


class TokenPair(BaseModel):
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]


class Person(BaseModel):
    id: int
    email: str
    username: str
    full_name: str | None
    role: str
    is_active: bool
