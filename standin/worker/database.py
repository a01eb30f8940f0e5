"""The worker's way to PostgreSQL: one connection for each task, told apart from the backend's by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from standin.settings import settings

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


@contextmanager
def connected() -> Iterator[Connection]:
    url = settings().database_url.get_secret_value()
    options = "-c statement_timeout=15000 -c timezone=UTC"
    with psycopg.connect(
        url, autocommit=True, row_factory=dict_row, connect_timeout=2, options=options, application_name="worker"
    ) as connection:
        yield connection
