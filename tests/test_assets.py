"""The files that pages load, as they are made ready for the line."""

import gzip
import re
import shutil
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import assets
from portal.assets import asset_name, folder_of
from portal.config import HTMX_CDN, HTMX_INTEGRITY

NAMES = ("portal.css", "portal.js", "live.js", "forms.js", "upload.js", "idle.js")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_sent_in_the_smallest_form_that_the_browser_reads(
    app: Flask, client: FlaskClient, name: str
) -> None:
    url = f"/static/{asset_name(name)}"
    plain = client.get(url).data
    packed = {
        coding: client.get(url, headers={"Accept-Encoding": accepted})
        for coding, accepted in {"br": "gzip, deflate, br", "gzip": "gzip, deflate"}.items()
    }
    for coding, answer in packed.items():
        assert answer.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "immutable" in answer.headers["Cache-Control"]
    assert brotli.decompress(packed["br"].data) == plain
    assert gzip.decompress(packed["gzip"].data) == plain
    assert len(packed["br"].data) <= len(packed["gzip"].data) < len(plain)


def test_a_coding_that_the_browser_refuses_is_not_sent(app: Flask, client: FlaskClient) -> None:
    url = f"/static/{asset_name('portal.css')}"
    answer = client.get(url, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    assert "Content-Encoding" not in answer.headers


def test_comments_stay_at_home_and_nothing_else_is_lost(app: Flask) -> None:
    folder = folder_of(Path(app.instance_path))
    style = (folder / asset_name("portal.css")).read_text("utf-8")
    source = (assets._SOURCES / "portal.css").read_text("utf-8")
    assert "/*" not in style
    assert _words(style) == _words(re.sub(r"/\*.*?\*/", "", source))
    script = (folder / asset_name("portal.js")).read_text("utf-8")
    source = (assets._SOURCES / "portal.js").read_text("utf-8")
    source = source.replace("{live.js}", asset_name("live.js"))
    assert _words(script) == _words(re.sub(r"(?:^|\s)//.*$", "", source, flags=re.MULTILINE))


def test_htmx_comes_from_outside_by_its_hash_alone(app: Flask) -> None:
    script = (folder_of(Path(app.instance_path)) / asset_name("live.js")).read_text("utf-8")
    assert HTMX_CDN in script
    assert f'integrity:"{HTMX_INTEGRITY}"' in script
    assert set(re.findall(r"https://[\w.-]+", script)) == {"https://cdn.jsdelivr.net"}


def test_a_script_brings_its_words_in_each_language(app: Flask) -> None:
    folder = folder_of(Path(app.instance_path))
    names = app.extensions["assets"]
    in_each = {name: (folder / names["live.js", name]).read_text("utf-8") for name in ("id", "en")}
    assert '"Kirim sekarang"' in in_each["id"]
    assert '"Send now"' in in_each["en"]
    assert not any("_(" in script for script in in_each.values())


def test_the_scripts_of_a_page_are_four_kilobytes_and_what_is_rarely_needed_comes_when_it_is(
    app: Flask,
) -> None:
    folder = folder_of(Path(app.instance_path))
    names = app.extensions["assets"]
    for language in ("id", "en"):
        page = [names[name, language] for name in ("portal.js", "live.js", "forms.js")]
        assert sum((folder / f"{name}.br").stat().st_size for name in page) <= 4096
        brought = "".join((folder / name).read_text("utf-8") for name in page)
        assert all(names[name, language] in brought for name in ("upload.js", "idle.js"))


def _words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_another_content_is_another_name_and_the_older_one_is_still_sent(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = asset_name("portal.css")
    sources = tmp_path / "sources"
    shutil.copytree(assets._SOURCES, sources)
    with (sources / "portal.css").open("a") as style:
        style.write("b { color: red }\n")
    monkeypatch.setattr(assets, "_SOURCES", sources)
    assets.init_app(app)
    new = asset_name("portal.css")
    assert old != new
    client = app.test_client()
    assert b"color:" not in client.get(f"/static/{old}").data[-12:]
    assert client.get(f"/static/{new}").data.endswith(b"b{color: red}")


@pytest.mark.parametrize("name", ["portal.css.br", "tidak-ada.css", "..%2fsecret_key", ".css"])
def test_nothing_but_the_files_themselves_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404
