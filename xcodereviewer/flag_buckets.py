"""Who is on the new backend: the documented rule."""

FLAG = "USE_BACKEND_API"


def bucket(user_id: str) -> int:
    """The user's place from 0 to 99, as the browser computes it: 31 * hash + code unit in signed 32 bits."""
    value = 0
    units = user_id.encode("utf-16-le")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) % 2**32
    return abs(value - 2**32 if value >= 2**31 else value) % 100
