"""A server that speaks the protocol of MySQL and has one row for every query."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mysql_mimic import MysqlServer, Session
from mysql_mimic.errors import ErrorCode, MysqlError


class OneRow(Session):
    async def query(self, expression: Any, sql: str, attrs: dict[str, str]) -> Any:
        if "missing" in sql:
            raise MysqlError("Table 'missing' doesn't exist", ErrorCode.PARSE_ERROR)
        return [(1, "x")], ["a", "b"]


@contextmanager
def mysql_server() -> Iterator[int]:
    """Run it in a thread of this process; gives its port on 127.0.0.1."""
    loop = asyncio.new_event_loop()
    server = MysqlServer(session_factory=OneRow)
    loop.run_until_complete(server.start_server(host="127.0.0.1", port=0))
    thread = threading.Thread(target=loop.run_forever, name="mysql")
    thread.start()
    try:
        yield server._server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: MysqlServer) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
