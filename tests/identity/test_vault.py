"""Only the right key opens, and only in its place."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.vault import Key, KeysUnusable, Tampered, Vault

KEY, OTHER = Key(1, b"k" * 32), Key(2, b"l" * 32)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "keys" / "identity_keys")
    vault.create()
    return vault


@pytest.fixture
def path(vault: Vault, tmp_path: Path) -> Path:
    return tmp_path / "keys" / "identity_keys"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again_and_is_never_sealed_alike(content: bytes, place: str) -> None:
    one, two = KEY.seal(content, place), KEY.seal(content, place)
    assert one != two
    assert KEY.open(one, place) == KEY.open(two, place) == content


@pytest.mark.parametrize(
    ("key", "place"), [(OTHER, "1/name"), (KEY, "2/name"), (KEY, "1/nik"), (KEY, "")]
)
def test_another_key_or_place_opens_nothing(key: Key, place: str) -> None:
    with pytest.raises(Tampered):
        key.open(KEY.seal(b"Siti", "1/name"), place)


@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: b"x" + one, lambda _: b""])
def test_what_was_altered_does_not_open(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Tampered):
        KEY.open(change(KEY.seal(b"Siti", "1/name")), "1/name")


def test_the_hash_that_finds_a_value_needs_the_key_and_knows_its_field() -> None:
    assert KEY.lookup("nik", "1") == KEY.lookup("nik", "1")
    assert len({KEY.lookup("nik", "1"), KEY.lookup("phone", "1"), OTHER.lookup("nik", "1")}) == 3


def test_the_first_key_is_made_once_and_is_its_owners_alone(vault: Vault, path: Path) -> None:
    made = path.read_bytes()
    vault.create()
    assert path.read_bytes() == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_new_key_seals_and_the_old_one_still_opens(vault: Vault, path: Path) -> None:
    first, elsewhere = vault.current, Vault(path)
    sealed = first.seal(b"Siti", "1/name")
    assert elsewhere.current.number == 1
    new = vault.add_key()
    assert (new.number, vault.current.number) == (2, 2)
    assert vault.key(1).open(sealed, "1/name") == b"Siti"
    # whoever runs meanwhile sees that the file was replaced
    assert elsewhere.current.open(new.seal(b"x", "p"), "p") == b"x"


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="tidak ada; pulihkan dari salinannya"):
        _ = Vault(tmp_path / "none").current


@pytest.mark.parametrize("content", ["", "1 zz\n", "1 " + "a" * 64 + "\nx\n", "0 " + "a" * 64])
def test_a_file_that_is_no_key_file_is_one_sentence(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(KeysUnusable, match="rusak"):
        _ = Vault(path).current


def test_a_key_that_is_not_there_is_named(vault: Vault) -> None:
    with pytest.raises(KeysUnusable, match="nomor 7 tidak ada"):
        vault.key(7)


def test_a_folder_in_its_place_is_one_sentence(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "keys")
    with pytest.raises(KeysUnusable, match="tidak dapat dibaca"):
        _ = Vault(tmp_path / "keys").current


def test_a_file_that_cannot_be_written_stays_as_it_was(
    vault: Vault, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        vault.add_key()
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
