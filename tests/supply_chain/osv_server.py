"""A small server on loopback that answers as the OSV database does, for weaknesses that a test makes up."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODIFIED = "2026-06-01T00:00:00Z"


@contextmanager
def running(weaknesses: Mapping[str, str]) -> Iterator[str]:
    """Its address. `weaknesses`: package -> the advisory that every version of it has."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            packages = [query["package"]["name"] for query in asked["queries"]]
            self._say({"results": [self._known(package) for package in packages]})

        def do_GET(self) -> None:
            advisory = self.path.rsplit("/", 1)[-1]
            affected = [
                {"package": {"name": package, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": EVENTS}]}
                for package, name in weaknesses.items()
                if name == advisory
            ]
            about = {"id": advisory, "modified": MODIFIED, "published": MODIFIED, "aliases": [f"CVE-{advisory}"]}
            self._say(about | {"summary": "Made up", "details": "Made up", "affected": affected})

        def _known(self, package: str) -> dict[str, Any]:
            found = weaknesses.get(package)
            return {"vulns": [{"id": found, "modified": MODIFIED}]} if found else {}

        def _say(self, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


EVENTS = [{"introduced": "0"}, {"fixed": "9999"}]
