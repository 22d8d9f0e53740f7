"""Metrics and health over HTTP, answered by a thread of its own: also when the worker hangs."""

import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from streams.health import Health, Judgement


class _Silent(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, *_: Any) -> None:
        """Leave it."""


def serve(host: str, port: int, registry: CollectorRegistry, health: Health) -> ThreadingWSGIServer:
    """Answer `/metrics`, `/live` and `/ready` until the process ends; the latter two with 200 or 503.

    Raises
    ------
    OSError
        If the port is taken, or the address is not this machine's.
    """
    metrics = make_wsgi_app(registry)
    judges: dict[str, Callable[[float], Judgement]] = {"/live": health.live, "/ready": health.ready}

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        judge = judges.get(environ["PATH_INFO"])
        if judge is None:
            return cast(Iterable[bytes], metrics(environ, start))
        judgement = judge(monotonic())
        start(
            "200 OK" if judgement.well else "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")]
        )
        return [f"{judgement.why}\n".encode()]

    server = make_server(host, port, answer, ThreadingWSGIServer, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
