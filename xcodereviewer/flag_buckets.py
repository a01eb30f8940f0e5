"""The documented rule that assigns users to the new backend."""

FLAG = "USE_BACKEND_API"


def bucket(user_id: str) -> int:
    """The bucket of a user from 0 to 99, computed as in the browser: 31 * hash + code unit in signed 32 bits."""
    value = 0
    units = user_id.encode("utf-16-le")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) % 2**32
    return abs(value - 2**32 if value >= 2**31 else value) % 100
