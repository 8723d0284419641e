"""The settings: what the environment and config.env say, and what they may not say."""

from datetime import time
from pathlib import Path

import pytest

from portal.config import SETTINGS, BadSetting, load_config


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests says nothing."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


def write(folder: Path, *lines: str) -> None:
    (folder / "config.env").write_text("\n".join(lines), encoding="utf-8")


def test_without_settings_an_office_can_begin(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    assert config["HTMX_SOURCE"] == "cdn"
    assert config["PROXIES"] == 0
    assert config["TRUSTED_HOSTS"] is None
    assert (config["DEMO"], config["SESSION_COOKIE_SECURE"]) == (False, False)
    assert config["SECRET_KEY"] == (tmp_path / "secret_key").read_text()
    assert (config["BACKUP_DIR"], config["BACKUP_RECIPIENT"]) == (None, "")
    assert (config["BACKUP_TIME"], config["BACKUP_KEEP"]) == (time(1, 0), (7, 4, 12))


def test_the_nightly_backup_is_set_up_in_the_file(tmp_path: Path) -> None:
    recipient = "age1" + "q" * 58
    write(
        tmp_path,
        "PORTAL_BACKUP_DIR=/cadangan/portal",
        f"PORTAL_BACKUP_RECIPIENT={recipient}",
        "PORTAL_BACKUP_TIME=22:30",
        "PORTAL_BACKUP_KEEP=3/0/120",
    )
    config = load_config(tmp_path)
    assert config["BACKUP_DIR"] == Path("/cadangan/portal")
    assert config["BACKUP_RECIPIENT"] == recipient
    assert (config["BACKUP_TIME"], config["BACKUP_KEEP"]) == (time(22, 30), (3, 0, 120))


def test_the_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "# kantor", "", "HTMX_SOURCE = local", "PORTAL_PROXIES=2", "PORTAL_HTTPS=")
    monkeypatch.setenv("PORTAL_HOSTS", "portal.example,10.0.0.5")
    monkeypatch.setenv("PORTAL_PROXIES", "1")
    config = load_config(tmp_path)
    assert config["HTMX_SOURCE"] == "local"
    assert config["PROXIES"] == 1
    assert config["TRUSTED_HOSTS"] == ["portal.example", "10.0.0.5"]
    assert not config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HTMX_SOURCE", "lokal", "cdn atau local"),
        ("PORTAL_HTTPS", "ya", "0 atau 1"),
        ("PORTAL_PROXIES", "satu", "angka dari 0 sampai 9"),
        ("PORTAL_PROXIES", "-1", "angka dari 0 sampai 9"),
        ("PORTAL_CLAMD", "clamd", "alamat clamd"),
        ("PORTAL_HOSTS", "https://portal.example", "nama host dipisah koma"),
        ("PORTAL_DEMO", "true", "0 atau 1"),
        ("PORTAL_BACKUP_DIR", "cadangan", "alamat folder yang diawali /"),
        ("PORTAL_BACKUP_RECIPIENT", "AGE-SECRET-KEY-1X", "kunci umum"),
        ("PORTAL_BACKUP_TIME", "24:00", "jam seperti 01:00"),
        ("PORTAL_BACKUP_KEEP", "7/4", "banyaknya hari/minggu/bulan seperti 7/4/12"),
        ("DATABASE_URL", "portal.db", "alamat database"),
        ("SECRET_KEY", "rahasia", "paling sedikit 32 huruf"),
    ],
)
def test_a_value_that_means_nothing_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=rf"^Setelan {name}.* isi dengan {words}.*\.$") as refused:
        load_config(tmp_path)
    assert name != "SECRET_KEY" or value not in str(refused.value)


@pytest.mark.parametrize("line", ["HTMX_SORUCE=local", "htmx_source=local", "PORTAL_HTTPS 1"])
def test_a_line_that_sets_nothing_is_refused(tmp_path: Path, line: str) -> None:
    write(tmp_path, line)
    with pytest.raises(BadSetting, match=r"Tidak ada setelan “.*HTMX_SOURCE, PORTAL_HTTPS"):
        load_config(tmp_path)
