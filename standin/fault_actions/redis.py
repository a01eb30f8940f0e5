"""Faults of Redis: nearly full memory, or no memory limit."""

import os
from itertools import count

from redis import Redis
from redis.exceptions import OutOfMemoryError

from standin.errors import StandinError
from standin.fault_actions.action import Params
from standin.state_file import State
from standin.valkey import MAXMEMORY

PREFIX = "standin:filling:"
SIZES = (256 * 1024, 4096, 64)  # bytes; a smaller ballast if a larger one is refused
DEFAULT_SHARE = 0.85


def fill(state: State, params: Params) -> None:
    """Store ballast until *share* of the limit is in use, or until the next byte is refused."""
    share = float(params.get("share", DEFAULT_SHARE))
    with Redis.from_url(state.redis_url) as redis:
        limit = int(redis.info("memory")["maxmemory"])
        if limit == 0 or not 0 < share < 1:
            raise StandinError(f"cannot fill to {share:g} of a limit of {limit} bytes")
        for size in SIZES:
            if filled(redis, share * limit, size):
                return


def filled(redis: Redis, wanted: float, size: int) -> bool:
    """Store ballast in pieces of *size* bytes until *wanted* bytes are in use; False if a further piece is refused."""
    for number in count():
        if int(redis.info("memory")["used_memory"]) > wanted:
            return True
        try:
            redis.set(f"{PREFIX}{size}:{number}", os.urandom(size))
        except OutOfMemoryError:
            return False
    raise AssertionError("unreachable")


def empty(state: State, params: Params) -> None:
    """Remove the ballast."""
    with Redis.from_url(state.redis_url) as redis:
        for key in redis.scan_iter(f"{PREFIX}*", count=500):
            redis.delete(key)


def unlimit(state: State, params: Params) -> None:
    """Remove the memory limit, so that the used share is undefined."""
    _set_maxmemory(state, "0")


def limit(state: State, params: Params) -> None:
    """Restore the memory limit of the boot."""
    _set_maxmemory(state, MAXMEMORY)


def _set_maxmemory(state: State, value: str) -> None:
    with Redis.from_url(state.redis_url) as redis:
        redis.config_set("maxmemory", value)
