"""A year for the offline shelf: every file, its hash, a page that lists them."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from portal.cases.files import FileDamaged, path_of, store
from portal.cases.report_bundle import Item, write_bundle


def kept(folder: Path, content: bytes) -> Item:
    sha256 = store(folder, content)
    return Item("2026-10/laporan-2026-10.pdf", "Laporan Oktober 2026", sha256, len(content))


def test_the_manifest_names_every_file_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    items = [kept(tmp_path, b"%PDF-1.7 isi"), Item.of("register.xlsx", "Register", b"PK isi")]
    with write_bundle(items, "<p>daftar</p>", tmp_path) as file, zipfile.ZipFile(file) as bundle:
        names = bundle.namelist()
        manifest = bundle.read("MANIFES.sha256").decode().splitlines()
        said = {line[66:]: line[:64] for line in manifest}
        assert set(said) == set(names) - {"MANIFES.sha256"}
        for name, sha256 in said.items():
            assert hashlib.sha256(bundle.read(name)).hexdigest() == sha256
        assert bundle.read("index.html") == b"<p>daftar</p>"
        assert bundle.read("2026-10/laporan-2026-10.pdf") == b"%PDF-1.7 isi"


def test_a_file_that_was_changed_on_disk_makes_no_bundle(tmp_path: Path) -> None:
    item = kept(tmp_path, b"%PDF-1.7 isi")
    path_of(tmp_path, item.sha256).write_bytes(b"lain")
    with pytest.raises(FileDamaged):
        write_bundle([item], "", tmp_path)
