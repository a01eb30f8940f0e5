"""The bucket rule that assigns users to the new backend; frontend and backend share it."""

from collections.abc import Collection

FLAGS = (
    "USE_BACKEND_API",
    "USE_BACKEND_AUTH",
    "USE_BACKEND_PROJECTS",
    "USE_BACKEND_TASKS",
    "USE_BACKEND_ISSUES",
    "USE_BACKEND_REPORTS",
    "USE_BACKEND_STATISTICS",
    "USE_WEBSOCKET_UPDATES",
)


def hash31(text: str) -> int:
    """The browser's string hash: 31 * h + code unit, kept in a signed 32-bit integer."""
    value = 0
    units = text.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + (low | high << 8)) & 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def bucket(user_id: str) -> int:
    """The fixed bucket of a user, from 0 to 99."""
    return abs(hash31(user_id)) % 100


def is_on(user_id: str, percentage: int, internal_users: Collection[str] = ()) -> bool:
    """Whether a user is on the new backend: internal users always, others if their bucket is below *percentage*."""
    return user_id in internal_users or bucket(user_id) < percentage


def evaluate(user_id: str, percentage: int, internal_users: Collection[str] = ()) -> dict[str, bool]:
    """Every flag for *user_id*; the rollout moves them together."""
    on = is_on(user_id, percentage, internal_users)
    return dict.fromkeys(FLAGS, on)
