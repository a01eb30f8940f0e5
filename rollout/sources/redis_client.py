"""A connection to Redis for one sample."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from rollout.sources.source import SourceError

if TYPE_CHECKING:
    import redis

TIMEOUT_S = 3.0


@contextmanager
def answering(url: SecretStr) -> Iterator["redis.Redis"]:
    """A client for the block; SourceError where Redis does not answer."""
    import redis

    client = redis.Redis.from_url(url.get_secret_value(), socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    try:
        yield client
    except redis.RedisError as error:
        raise SourceError(f"{type(error).__name__}: {error}") from error
    finally:
        client.close()
