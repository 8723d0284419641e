"""How `bin/serve` runs the web server: enough for an office on a small machine."""

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
