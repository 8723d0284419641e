"""The keys: known by their fingerprints, changed while the office works."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases import identity_keys
from portal.cases.identity import fellow_complaints, identity_of, told, vault_of
from portal.cases.identity_keys import check_keys, rotate_keys
from portal.cases.ledger import verify_ledger
from portal.identity.vault import KeysUnusable, Vault
from portal.models import Complaint, Reporter
from portal.sop.vocabulary import Status

Make = Callable[..., Complaint]


@pytest.fixture
def path(app: Flask) -> Path:
    return Path(app.config["IDENTITY_KEYS"])


def keys_in_use(session: Session) -> set[int]:
    session.rollback()
    return set(session.scalars(select(Reporter.key)))


def test_after_a_rotation_everything_opens_by_the_new_key_alone(
    session: Session, make_complaint: Make, path: Path, cast: object
) -> None:
    made = [
        make_complaint(
            Status.WITH_INSTANSI, body="Saya Siti.", confidential=True, reporter_name=name
        )
        for name in ("Siti", "Joko", "Tuti")
    ]
    assert rotate_keys(session) == 3
    assert keys_in_use(session) == {2}
    first, second = path.read_text().splitlines()
    assert first.startswith("1 ")
    path.write_text(second + "\n")  # without the old key
    check_keys(session)
    assert [identity_of(session, one).name for one in made] == ["Siti", "Joko", "Tuti"]
    assert told(session, made[0]).body == "Saya Siti."
    assert verify_ledger(session).broken is None


def test_the_same_reporter_is_found_again_across_a_rotation(
    session: Session, make_complaint: Make, cast: object
) -> None:
    old = make_complaint(Status.WITH_INSTANSI, reporter_phone="0812-3456-7890", reporter_nik="")
    vault_of(session).add_key()  # a rotation that was cut short
    new = make_complaint(Status.WITH_INSTANSI, reporter_phone="+628123456 7890", reporter_nik="")
    assert keys_in_use(session) == {1, 2}
    actor = cast.actor(cast.instansi)  # type: ignore[attr-defined]
    assert fellow_complaints(session, actor, new) == [old.tracking_id]
    assert fellow_complaints(session, actor, old) == [new.tracking_id]


def test_a_rotation_that_was_cut_short_is_finished_by_the_next(
    session: Session, make_complaint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make_complaint(reporter_name="Siti") for _ in range(2)]
    monkeypatch.setattr(identity_keys, "CHUNK", 1)
    sealed = identity_keys.reseal

    def once(*given: object) -> None:
        sealed(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(identity_keys, "reseal", stop)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(identity_keys, "reseal", once)
    with pytest.raises(KeyboardInterrupt):
        rotate_keys(session)
    assert keys_in_use(session) == {1, 2}
    check_keys(session)
    assert [identity_of(session, one).name for one in made] == ["Siti", "Siti"]
    monkeypatch.setattr(identity_keys, "reseal", sealed)
    assert rotate_keys(session) == 2
    assert keys_in_use(session) == {3}


def test_a_wrong_or_missing_key_is_told_before_anything_is_read(
    session: Session, path: Path
) -> None:
    check_keys(session)
    right = path.read_text()
    path.write_text("1 " + "a" * 64)
    with pytest.raises(KeysUnusable, match="nomor 1 bukan kunci database ini"):
        check_keys(session)
    with pytest.raises(KeysUnusable):
        rotate_keys(session)
    path.write_text(right.replace("1 ", "2 ", 1))
    with pytest.raises(KeysUnusable, match="nomor 1 tidak ada"):
        check_keys(session)


def test_another_portals_keys_open_nothing(session: Session, tmp_path: Path) -> None:
    other = Vault(tmp_path / "other")
    other.create()
    assert other.current.fingerprint != vault_of(session).current.fingerprint
