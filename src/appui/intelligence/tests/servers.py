"""A web server on this machine that misbehaves as told, and counts what it is asked."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = self.path
        with self.server.counting:
            self.server.asked[path] += 1
            turn = self.server.asked[path]
            self.server.now += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.now)
        self.server.headers[path] = dict(self.headers)
        try:
            self.server.behaviours[path.partition("?")[0]](self, turn)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with self.server.counting:
                self.server.now -= 1

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer in full; underscores of header names stand for dashes."""
        self.send_response(status)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Length": str(len(body))} | said).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviours: dict[str, Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours = behaviours
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.counting = threading.Lock()
        self.now = self.most_at_once = 0
        self.stop = threading.Event()  # set at the end, so that hanging answers end

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, *_: object) -> None:
        return


@contextmanager
def serving(behaviours: dict[str, Behaviour]):
    server = Server(behaviours)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
