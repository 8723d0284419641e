"""A time-stamp authority and a place for revocation lists, served on this machine over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.reporting.pki import NOW, Holder


@dataclass
class Services:
    """`url` leads there; `answers` by path: (media type, bytes); `stamper` answers to POST."""

    url: str = ""
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    stamper: DummyTimeStamper | None = None
    asked: list[str] = field(default_factory=list)

    def stamps_with(self, authority: Holder) -> None:
        key = authority.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.stamper = DummyTimeStamper(
            x509.Certificate.load(authority.der), keys.PrivateKeyInfo.load(key), fixed_dt=NOW
        )


@contextmanager
def services() -> Iterator[Services]:
    offered = Services()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered.asked.append(self.path)
            self.answer(*offered.answers.get(self.path, ("text/plain", b"")))

        def do_POST(self) -> None:
            offered.asked.append(self.path)
            request = self.rfile.read(int(self.headers["Content-Length"]))
            if offered.stamper:
                stamped = offered.stamper.request_tsa_response(tsp.TimeStampReq.load(request))
                self.answer("application/timestamp-reply", stamped.dump())
            else:
                self.answer(*offered.answers[self.path])

        def answer(self, media_type: str, content: bytes) -> None:
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    offered.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield offered
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
