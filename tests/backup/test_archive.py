"""The archive: what goes in comes out, and only that."""

import gzip
import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.backup.archive import Altered, damaged, kept_files, pack, unpack

NAMES = ("portal.db", "segel.txt", "config.env")


def file_name(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    return f"files/{sha256[:2]}/{sha256}"


def write(folder: Path, contents: dict[str, bytes]) -> list[tuple[str, Path]]:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [(name, folder / name) for name in contents]


def packed(members: list[tuple[str, Path]], sums: dict[str, str] | None = None) -> bytes:
    return b"".join(pack(members, {} if sums is None else sums))


def unpacked(content: bytes, folder: Path) -> dict[str, str]:
    (folder / "arsip").write_bytes(content)
    (folder / "isi").mkdir()
    return unpack(folder / "arsip", folder / "isi")


@given(sizes=st.tuples(*[st.integers(0, 3000)] * 3), seed=st.binary(min_size=1, max_size=3))
def test_every_member_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, sizes: tuple[int, ...], seed: bytes
) -> None:
    tmp_path = tmp_path_factory.mktemp("arsip")
    contents = {name: (seed * size)[:size] for name, size in zip(NAMES, sizes, strict=True)}
    contents[file_name(seed)] = seed
    sums: dict[str, str] = {}
    content = packed(write(tmp_path / "asal", contents), sums)
    assert unpacked(content, tmp_path) == sums
    assert sums == {name: hashlib.sha256(each).hexdigest() for name, each in contents.items()}
    for name, each in contents.items():
        assert (tmp_path / "isi" / name).read_bytes() == each


def test_the_systems_own_programs_open_and_check_it(tmp_path: Path) -> None:
    contents = {"portal.db": b"isi", "segel.txt": b"", file_name(b"foto"): b"foto"}
    (tmp_path / "a.tar.gz").write_bytes(packed(write(tmp_path / "asal", contents)))
    subprocess.run(["tar", "xzf", "a.tar.gz"], cwd=tmp_path, check=True)
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)


def test_a_file_that_was_discarded_meanwhile_is_left_out(tmp_path: Path) -> None:
    members = write(tmp_path / "asal", {"portal.db": b"isi", "segel.txt": b""})
    content = packed([*members, (file_name(b"draf"), tmp_path / "tidak ada")])
    assert list(unpacked(content, tmp_path)) == ["portal.db", "segel.txt"]


def test_drafts_and_strange_files_are_not_taken(tmp_path: Path) -> None:
    write(tmp_path, {file_name(b"foto"): b"foto", "files/ab/tmpx1y2": b"draf", "files/a": b""})
    assert [name for name, _ in kept_files(tmp_path / "files")] == [file_name(b"foto")]
    assert list(kept_files(tmp_path / "tidak ada")) == []


def test_a_file_that_was_damaged_before_is_named(tmp_path: Path) -> None:
    contents = {file_name(b"foto"): b"foto", file_name(b"scan"): b"rusak", "portal.db": b"isi"}
    sums: dict[str, str] = {}
    packed(write(tmp_path, contents), sums)
    assert damaged(sums) == [file_name(b"scan")]


def forged(*members: tarfile.TarInfo, sums: str = "") -> bytes:
    """An archive as somebody would write it who knows the key."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for member in members:
            member.size = 0
            archive.addfile(member, io.BytesIO())
        last = tarfile.TarInfo("SHA256SUMS")
        last.size = len(sums)
        archive.addfile(last, io.BytesIO(sums.encode()))
    return target.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, "/etc/passwd"
    return found


def sized(number: int) -> bytes:
    """An archive whose member claims to be so large."""
    head = tarfile.TarInfo("portal.db")
    head.size = number
    return gzip.compress(head.tobuf(tarfile.GNU_FORMAT) + bytes(4 * tarfile.BLOCKSIZE))


EMPTY = hashlib.sha256().hexdigest()
WHOLE = f"{EMPTY}  portal.db\n{EMPTY}  segel.txt\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04 surat.docx", id="no archive"),
        pytest.param(gzip.compress(b"x" * 5000), id="no tar"),
        pytest.param(sized(2**64), id="larger than a file can be"),
        pytest.param(sized(-(2**70)), id="less than nothing"),
        pytest.param(forged(member("portal.db"), member("segel.txt"))[:60], id="cut"),
        pytest.param(forged(), id="empty"),
        pytest.param(forged(member("portal.db"), sums=f"{EMPTY}  portal.db\n"), id="no seals"),
        pytest.param(forged(member("portal.db"), member("segel.txt")), id="no sums"),
        pytest.param(
            forged(member("portal.db"), member("segel.txt"), sums=WHOLE.replace("e", "f")),
            id="other sums",
        ),
        pytest.param(
            forged(member("portal.db"), member("portal.db"), member("segel.txt"), sums=WHOLE),
            id="twice",
        ),
        pytest.param(forged(member("../portal.db")), id="above"),
        pytest.param(forged(member("/tmp/portal.db")), id="elsewhere"),  # noqa: S108
        pytest.param(forged(member("secret_key")), id="not ours"),
        pytest.param(forged(member("files/ab/../../x")), id="through files"),
        pytest.param(forged(member("portal.db", tarfile.SYMTYPE)), id="link"),
        pytest.param(forged(member("portal.db", tarfile.LNKTYPE)), id="hard link"),
        pytest.param(forged(member("portal.db", tarfile.DIRTYPE)), id="folder"),
    ],
)
def test_what_the_portal_did_not_pack_is_refused_and_stays_inside(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(Altered):
        unpacked(content, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"arsip", "isi"}
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def test_a_whole_one_written_the_same_way_is_taken(tmp_path: Path) -> None:
    content = forged(member("portal.db"), member("segel.txt"), sums=WHOLE)
    assert unpacked(content, tmp_path) == {"portal.db": EMPTY, "segel.txt": EMPTY}
