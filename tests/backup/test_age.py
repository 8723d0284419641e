"""Sealing: what goes in comes out, nothing else does, and other programs can open it."""

import io
import tracemalloc
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.backup.age import BadKey, Unopenable, new_key, read_key, seal, unseal
from tests.backup.reading import open_age

PASSPHRASE = "kopi pahit di telaga"
TEXT = b"Riwayat pengaduan warga Magetan. " * 5000


def sealed(key: SimpleNamespace, *blocks: bytes) -> bytes:
    target = io.BytesIO()
    seal(blocks, target, key.recipient)
    return target.getvalue()


def unsealed(key: SimpleNamespace, content: bytes) -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(content), target, key.identity)
    return target.getvalue()


@settings(max_examples=50, deadline=None)
@given(blocks=st.lists(st.binary(max_size=70_000), max_size=5))
def test_another_reader_of_the_format_finds_the_same(
    key: SimpleNamespace, blocks: list[bytes]
) -> None:
    content = sealed(key, *blocks)
    assert open_age(content, str(key.identity)) == b"".join(blocks) == unsealed(key, content)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_byte_a_cut_or_an_addition_anywhere_is_refused(
    key: SimpleNamespace, data: st.DataObject
) -> None:
    content = bytearray(sealed(key, TEXT))
    # the format puts in something of random length, so that its readers bear what they do not know
    at = data.draw(st.integers(0, 1_000_000)) * len(content) // 1_000_001
    match data.draw(st.sampled_from(["change", "cut", "add"])):
        case "change":
            content[at] ^= data.draw(st.integers(1, 255))
        case "cut":
            del content[at:]
        case "add":
            content += data.draw(st.binary(min_size=1, max_size=100))
    with pytest.raises(Unopenable):
        unsealed(key, bytes(content))


def test_another_key_does_not_open_it(key: SimpleNamespace) -> None:
    recipient, content = new_key(PASSPHRASE)
    other = SimpleNamespace(recipient=recipient, identity=read_key(content, lambda: PASSPHRASE))
    with pytest.raises(Unopenable):
        unsealed(other, sealed(key, TEXT))
    assert unsealed(other, sealed(other, TEXT)) == TEXT
    with pytest.raises(BadKey, match="Frasa sandinya keliru"):
        read_key(content, lambda: "kopi manis di telaga")


def test_a_key_file_of_age_keygen_needs_no_passphrase(key: SimpleNamespace) -> None:
    content = f"# created: 2026-11-23\n# public key: {key.recipient}\n{key.identity}\n".encode()
    identity = read_key(content, lambda: pytest.fail("nothing to ask"))
    assert str(identity) == str(key.identity)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"AGE-SECRET-KEY-1SALAH\n", b"surat.docx"])
def test_what_is_no_key_is_refused(content: bytes) -> None:
    with pytest.raises(BadKey, match="bukan kunci cadangan"):
        read_key(content, lambda: PASSPHRASE)


def test_a_short_passphrase_and_a_wrong_recipient_are_refused() -> None:
    with pytest.raises(BadKey, match="paling sedikit 12 huruf"):
        new_key("magetan")
    with pytest.raises(BadKey, match="PORTAL_BACKUP_RECIPIENT"):
        seal([TEXT], io.BytesIO(), "age1" + "q" * 58)


def test_what_cannot_be_written_or_read_is_told_with_its_reason(key: SimpleNamespace) -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        seal([TEXT], full, key.recipient)
    content = sealed(key, TEXT)
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        unseal(io.BytesIO(content), full, key.identity)


def test_it_is_never_in_memory_whole(key: SimpleNamespace) -> None:
    megabyte = bytes(1024 * 1024)
    tracemalloc.start()
    try:
        with open("/dev/null", "wb") as nowhere:
            seal((megabyte for _ in range(64)), nowhere, key.recipient)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()
