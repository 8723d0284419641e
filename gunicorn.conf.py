"""How `bin/serve` runs the web server: enough for an office on a small machine."""

import gc
import socket

workers = 2
threads = 4
timeout = 60
graceful_timeout = 10
loglevel = "warning"
# No access log: addresses hold what was searched for, and that may be a citizen's name.
accesslog = None
# A search for too much is to get the portal's sentence, not a bare 414: gunicorn's most, in bytes.
limit_request_line = 8190
control_socket_disable = True
# Loaded once and shared by the processes, which keep to themselves only what they change.
preload_app = True


def when_ready(server):
    """Let go of callers whose line died without a word: each would keep a thread for good."""
    for listener in server.LISTENERS:  # what it accepts inherits these
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if listener.sock.family != socket.AF_UNIX:
            for option, value in (
                (socket.TCP_KEEPIDLE, 30),  # seconds
                (socket.TCP_KEEPINTVL, 10),
                (socket.TCP_KEEPCNT, 3),
            ):
                listener.sock.setsockopt(socket.IPPROTO_TCP, option, value)


def pre_fork(server, worker):
    """Leave what is shared out of the collector's rounds, which would write to every page of it."""
    gc.freeze()
