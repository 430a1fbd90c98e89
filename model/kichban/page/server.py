"""A small server on this machine's own address; nothing else is served and nothing is fetched."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from kichban.errors import InputError, UsageError
from kichban.page.quick import Quick
from kichban.study import Study
from kichban.texts import LANGUAGES, fault_line

ADDRESS = "127.0.0.1"
#: a request names some forty levers at most
LARGEST = 16_384
ASSETS = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class _Server(ThreadingHTTPServer):
    """One server for one study; threads end with it."""

    daemon_threads = True

    def __init__(self, port: int, quick: Quick) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.quick = quick

    @property
    def hosts(self) -> frozenset[str]:
        """Names under which a browser on this machine may ask."""
        return frozenset(f"{name}:{self.server_port}" for name in (ADDRESS, "localhost"))


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "kichban"
    sys_version = ""
    timeout = 20

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        if self.path == "/catalogue.json":
            self._send_json(HTTPStatus.OK, self.server.quick.catalogue())
        elif self.path in ASSETS:
            name, kind = ASSETS[self.path]
            data = (resources.files("kichban.page") / "assets" / name).read_bytes()
            self._send(HTTPStatus.OK, kind, data)
        else:
            self._send_json(HTTPStatus.NOT_FOUND, {"faults": []})

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        if self.path != "/run":
            self._send_json(HTTPStatus.NOT_FOUND, {"faults": []})
            return
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind != "application/json":
            self._send_json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"faults": []})
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self._send_json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"faults": []})
            return
        try:
            wanted: object = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            wanted = None
        try:
            self._send_json(HTTPStatus.OK, self.server.quick.answer(wanted))
        except InputError as error:
            self._send_json(HTTPStatus.BAD_REQUEST, {"faults": _faults(error)})

    def _is_ours(self) -> bool:
        """Refuse what another site, or a name that only resolves to this machine, asks for."""
        origin = self.headers.get("Origin")
        hosts = self.server.hosts
        ours = self.headers.get("Host", "") in hosts
        if ours and (origin is None or origin.removeprefix("http://") in hosts):
            return True
        self._send_json(HTTPStatus.FORBIDDEN, {"faults": []})
        return False

    def _send_json(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        data = json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8")
        self._send(status, "application/json; charset=utf-8", data)

    def _send(self, status: HTTPStatus, kind: str, data: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the page is for one reader."""


def _faults(error: InputError) -> list[dict[str, Any]]:
    return [
        {
            "code": f.code,
            "key": f.column,
            "value": f.value,
            "message": {lang: fault_line(f, lang) for lang in LANGUAGES},
        }
        for f in error.faults
    ]


def make_server(study: Study, port: int = 0) -> _Server:
    """Make the server without starting it; port 0 takes a free one.

    Raises
    ------
    UsageError
        ``E-PAGE-901`` when the port cannot be had.
    """
    quick = Quick(study)
    # The first answer is the slow one: libraries are loaded and series made before anyone waits.
    quick.answer({"scenario": next(iter(quick.scenarios))})
    try:
        return _Server(port, quick)
    except (OSError, OverflowError) as error:
        raise UsageError(
            "E-PAGE-901", str(port), reason=getattr(error, "strerror", "") or ""
        ) from None


def serve(study: Study, port: int, *, browser: bool, told: Callable[[str], None]) -> None:
    """Serve until interrupted; `told` gets the address once the page answers."""
    with make_server(study, port) as server:
        address = f"http://{ADDRESS}:{server.server_port}/"
        told(address)
        if browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
