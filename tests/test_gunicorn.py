"""How the web server treats its callers' lines."""

import runpy
import socket
from pathlib import Path
from types import SimpleNamespace

CONF = str(Path(__file__).parents[1] / "gunicorn.conf.py")


def test_a_caller_whose_line_died_is_let_go_within_a_minute() -> None:
    settings = runpy.run_path(CONF)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings["when_ready"](SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
    with accepted:
        assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        idle, interval, count = (
            accepted.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        assert idle + interval * count <= 60


def test_a_socket_file_needs_no_such_care(tmp_path: Path) -> None:
    settings = runpy.run_path(CONF)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        settings["when_ready"](SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
