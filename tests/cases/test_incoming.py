"""A file comes part by part: what arrived is kept, nothing twice, what is left is removed."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases import incoming
from portal.cases.answers import Invalid
from portal.cases.files import MAX_BYTES, TooLarge, Upload, incoming_folder
from portal.cases.incoming import NotHere, TooMany, WrongOffset
from portal.models import IncomingFile, writing
from portal.sop.text import Refusal
from tests.conftest import MONDAY

PDF = b"%PDF-1.7 " + bytes(range(256)) * 4
Begin = Callable[..., IncomingFile]


@pytest.fixture
def unit(cast: SimpleNamespace) -> Actor:
    actor: Actor = cast.actor(cast.unit)
    return actor


@pytest.fixture
def begin(session: Session, unit: Actor) -> Begin:
    def run(name: str = "laporan.pdf", size: int = len(PDF), by: Actor = unit) -> IncomingFile:
        return incoming.begin(session, by, name, size, "", MONDAY)

    return run


@pytest.fixture(autouse=True)
def taken_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found inside a file has its own tests."""
    monkeypatch.setattr(incoming, "examine", lambda name, content, clamd: Upload(name, content))


def complete(folder: Path, file: IncomingFile, content: bytes = PDF, offset: int = 0) -> None:
    incoming.receive(folder, file, offset, [content])
    incoming.settle(folder, file, "")


def claimed(session: Session, actor: Actor, tokens: list[str], folder: Path) -> list[bytes]:
    with writing(session):
        uploads = incoming.claim(session, actor, tokens, folder, MONDAY)
    return [upload.content for upload in uploads]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    content=st.binary(max_size=2000).map(lambda rest: b"%PDF-" + rest),
    breaks=st.lists(st.tuples(st.integers(1, 900), st.integers(0, 900), st.integers(1, 200))),
)
def test_whatever_breaks_between_the_file_that_arrives_is_the_file_that_was_sent(
    session: Session,
    unit: Actor,
    begin: Begin,
    tmp_path: Path,
    content: bytes,
    breaks: list[tuple[int, int, int]],
) -> None:
    """A part: its length, after how many bytes the line dies, the pieces that it comes in."""
    file = begin(size=len(content))
    for length, died_after, piece in [*breaks, (len(content), len(content), 512)]:
        offset = incoming.arrived(tmp_path, file)
        part = content[offset : offset + length][:died_after]
        pieces = [part[n : n + piece] for n in range(0, len(part), piece)]
        assert incoming.receive(tmp_path, file, offset, pieces) == offset + len(part)
    incoming.settle(tmp_path, file, "")
    assert claimed(session, unit, [file.token], tmp_path) == [content]


def test_pieces_before_a_break_are_kept(begin: Begin, tmp_path: Path) -> None:
    def dying() -> Iterator[bytes]:
        yield PDF[:100]
        raise ConnectionError

    file = begin()
    with pytest.raises(ConnectionError):
        incoming.receive(tmp_path, file, 0, dying())
    assert incoming.arrived(tmp_path, file) == 100


def test_a_sender_who_wakes_up_late_spoils_nothing(begin: Begin, tmp_path: Path) -> None:
    file = begin()

    def asleep() -> Iterator[bytes]:
        yield PDF[:100]
        incoming.receive(tmp_path, file, 100, [PDF[100:300]])  # somebody goes on for him
        yield PDF[100:200]

    with pytest.raises(WrongOffset):
        incoming.receive(tmp_path, file, 0, asleep())
    assert incoming.arrived(tmp_path, file) == 300


@pytest.mark.parametrize("offset", [1, 50])
def test_a_part_that_does_not_fit_is_refused(begin: Begin, tmp_path: Path, offset: int) -> None:
    file = begin()
    incoming.receive(tmp_path, file, 0, [PDF[:10]])
    with pytest.raises(WrongOffset):
        incoming.receive(tmp_path, file, offset, [])
    with pytest.raises(WrongOffset):
        incoming.receive(tmp_path, file, 10, [PDF])
    assert incoming.arrived(tmp_path, file) == 10


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("surat.exe", 10, Refusal),
        ("", 10, Refusal),
        ("kosong.pdf", 0, Refusal),
        ("besar.pdf", MAX_BYTES + 1, TooLarge),
    ],
)
def test_what_would_not_be_taken_is_refused_before_it_costs_the_line_anything(
    session: Session, begin: Begin, name: str, size: int, why: type[Exception]
) -> None:
    with pytest.raises(why):
        begin(name, size)
    assert session.scalars(select(IncomingFile)).all() == []


def test_a_whole_that_is_not_what_its_name_says_is_refused(begin: Begin, tmp_path: Path) -> None:
    file = begin(size=4)
    with pytest.raises(Refusal, match="bukan PDF"):
        complete(tmp_path, file, b"MZ\x00\x00")


def test_a_file_is_examined_once_it_is_whole_and_what_is_attached_is_what_came_of_that(
    session: Session,
    unit: Actor,
    begin: Begin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def cleaned(name: str, content: bytes, clamd: str) -> Upload:
        asked.append(content)
        return Upload(name, b"%PDF-1.7 bersih")

    monkeypatch.setattr(incoming, "examine", cleaned)
    file = begin()
    incoming.receive(tmp_path, file, 0, [PDF[:50]])
    incoming.settle(tmp_path, file, "")
    assert asked == []
    complete(tmp_path, file, PDF[50:], 50)
    incoming.settle(tmp_path, file, "")
    assert asked == [PDF]
    assert incoming.arrived(tmp_path, file) == len(PDF)
    assert claimed(session, unit, [file.token], tmp_path) == [b"%PDF-1.7 bersih"]


def test_an_account_may_not_fill_the_disk_with_files_that_it_never_attaches(
    begin: Begin, cast: SimpleNamespace
) -> None:
    for _ in range(incoming.MOST_AT_ONCE):
        begin()
    with pytest.raises(TooMany):
        begin()
    begin(by=cast.actor(cast.instansi))


def test_a_file_is_its_senders_own_until_it_expires(
    session: Session, unit: Actor, begin: Begin, cast: SimpleNamespace, tmp_path: Path
) -> None:
    file = begin()
    complete(tmp_path, file)
    assert incoming.whole_ones(session, unit, [file.token], tmp_path, MONDAY) == [file]
    colleague, later = cast.actor(cast.unit_lain), MONDAY + incoming.LIFETIME
    for actor, moment in ((colleague, MONDAY), (unit, later)):
        assert incoming.whole_ones(session, actor, [file.token], tmp_path, moment) == []
        with pytest.raises(NotHere):
            incoming.find(session, actor, file.token, moment)
    with pytest.raises(Invalid, match="sudah tidak ada"):
        claimed(session, colleague, [file.token], tmp_path)


def test_only_a_whole_file_is_attached_and_only_once(
    session: Session, unit: Actor, begin: Begin, tmp_path: Path
) -> None:
    file = begin()
    incoming.receive(tmp_path, file, 0, [PDF[:50]])
    assert incoming.whole_ones(session, unit, [file.token], tmp_path, MONDAY) == []
    with pytest.raises(Invalid, match="sudah tidak ada"):
        claimed(session, unit, [file.token], tmp_path)
    complete(tmp_path, file, PDF[50:], 50)
    assert claimed(session, unit, [file.token, file.token], tmp_path) == [PDF]
    with pytest.raises(Invalid):
        claimed(session, unit, [file.token], tmp_path)


def test_what_expired_or_was_spent_or_given_up_is_removed_with_its_bytes(
    session: Session, unit: Actor, begin: Begin, tmp_path: Path
) -> None:
    left, spent, dropped, empty = (begin() for _ in range(4))
    for file in (left, spent, dropped):
        complete(tmp_path, file)
    claimed(session, unit, [spent.token], tmp_path)
    incoming.give_up(session, dropped, MONDAY)
    assert incoming.sweep(session, tmp_path, MONDAY) == 2
    assert {path.stem for path in (tmp_path / "incoming").iterdir()} == {left.token}
    assert incoming.sweep(session, tmp_path, MONDAY) == 0
    almost = MONDAY + incoming.LIFETIME - timedelta(seconds=1)
    assert incoming.sweep(session, tmp_path, almost) == 0
    assert incoming.sweep(session, tmp_path, MONDAY + incoming.LIFETIME) == 2
    assert list((tmp_path / "incoming").iterdir()) == []
    assert session.scalars(select(IncomingFile)).all() == []
    assert empty is not left


def test_what_a_killed_process_left_half_written_is_swept_up_after_an_hour(
    session: Session, tmp_path: Path
) -> None:
    folder = incoming_folder(tmp_path)
    folder.mkdir()
    for name, age in (("dead.draft", timedelta(hours=2)), ("alive.draft", timedelta(minutes=9))):
        (folder / name).write_bytes(PDF)
        moment = (MONDAY - age).timestamp()
        os.utime(folder / name, (moment, moment))
    incoming.sweep(session, tmp_path, MONDAY)
    assert [path.name for path in folder.iterdir()] == ["alive.draft"]
