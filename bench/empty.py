"""The least that a page can cost on this server: one route, one constant template."""

from flask import Flask

PAGE = "<!doctype html><html lang=id><title>Kosong</title><h1>Kosong</h1><p>Halaman ini kosong.</p>"

app = Flask(__name__)
_template = app.jinja_env.from_string(PAGE)


@app.get("/")
def empty() -> str:
    return _template.render()
