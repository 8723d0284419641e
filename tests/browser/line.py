"""A line between browser and server that a test cuts and mends."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_Pair = tuple[socket.socket, socket.socket]


class Line:
    """Carries connections from its own `url` to the server at `address`.

    `cut` hangs up on everybody and takes nobody. What contains `lose_answer_to` gets through, but
    its answer does not: the line is cut instead. While it `stalls`, what is sent disappears.
    """

    def __init__(self, address: str) -> None:
        there = urlsplit(address)
        self._server = (there.hostname or "", there.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.is_cut = self.stalls = False
        self.lose_answer_to = b""
        self._pairs: set[_Pair] = set()
        self._losing: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for pair in list(self._pairs):
            self._hang_up(pair)

    def mend(self) -> None:
        self.is_cut = self.stalls = False
        self.lose_answer_to = b""

    def _accept(self) -> None:
        while True:
            caller, _ = self._listener.accept()
            if self.is_cut:
                caller.close()
                continue
            pair = (caller, socket.create_connection(self._server))
            self._pairs.add(pair)
            for carry in (self._carry_requests, self._carry_answers):
                threading.Thread(target=carry, args=(pair,), daemon=True).start()

    def _carry_requests(self, pair: _Pair) -> None:
        caller, server = pair
        with suppress(OSError):
            while data := caller.recv(16384):
                if self.lose_answer_to and self.lose_answer_to in data:
                    self._losing.add(server)
                if not self.stalls:
                    server.sendall(data)
        self._hang_up(pair)

    def _carry_answers(self, pair: _Pair) -> None:
        caller, server = pair
        with suppress(OSError):
            while data := server.recv(16384):
                if server in self._losing:
                    self.cut()
                    break
                caller.sendall(data)
        self._hang_up(pair)

    def _hang_up(self, pair: _Pair) -> None:
        self._pairs.discard(pair)
        for end in pair:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
