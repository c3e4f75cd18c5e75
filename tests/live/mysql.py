"""A server that speaks MySQL's protocol, keeps nothing and answers every query with one row."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from example_dags.demo.live_environment import free_ports

COLUMNS = ["id", "amount"]
ROW = (1, 10)


@contextmanager
def mysql_server(database: str) -> Iterator[int]:
    """Serve one database; yields the port on 127.0.0.1. Any user may log in, no password is asked for."""
    from mysql_mimic import MysqlServer
    from mysql_mimic.session import Session

    class OneRow(Session):
        async def query(self, expression: Any, sql: str, attrs: dict[str, str]) -> Any:
            return ([ROW], COLUMNS) if expression.key == "select" else ([], [])

        async def schema(self) -> dict[str, Any]:
            return {database: {"orders": dict.fromkeys(COLUMNS, "INT")}}

    (port,) = free_ports(1)
    loop = asyncio.new_event_loop()
    server = MysqlServer(session_factory=OneRow)
    # All of the loop's life is in its own thread: in this one another loop may count as running.
    started: Future[None] = Future()
    thread = threading.Thread(target=_serve, args=(loop, server, port, started), daemon=True)
    thread.start()
    started.result(timeout=30)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _serve(loop: asyncio.AbstractEventLoop, server: Any, port: int, started: Future[None]) -> None:
    try:
        loop.run_until_complete(server.start_server(host="127.0.0.1", port=port))
    except BaseException as error:
        started.set_exception(error)
        return
    started.set_result(None)
    loop.run_forever()
    server.close()
    # Connections that a client left open wait for its next command; their end is no news.
    loop.set_exception_handler(lambda loop, context: None)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()
