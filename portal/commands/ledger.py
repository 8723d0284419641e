"""`flask ledger`: is the history still what was recorded?"""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.cases.ledger import Break, verify_ledger
from portal.cases.seals import NotASeal, broken_seal, read_seals, seal_line, seals
from portal.commands import Refused, open_session
from portal.models import Complaint, Seal

group = AppGroup("ledger", help="Riwayat yang hanya dapat ditambah.")


@group.command("seal", help="Cetak segel riwayat, sebaris sehari; simpan di luar portal.")
def seal() -> None:
    for each in seals(open_session()):
        click.echo(seal_line(each))


@group.command("verify", help="Periksa rantai sidik seluruh riwayat; keluar 1 bila terputus.")
@click.option(
    "--seal",
    "seal_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bandingkan juga dengan segel yang pernah disimpan (keluaran `flask ledger seal`).",
)
def verify(seal_file: Path | None) -> None:
    session = open_session()
    kept = _read(seal_file) if seal_file else []
    verdict = verify_ledger(session)
    if verdict.broken:
        click.echo(f"RUSAK: {_named(session, verdict.broken)}")
        sys.exit(1)
    if seal := broken_seal(session, kept):
        click.echo(
            f"RUSAK: riwayat sampai hari {seal.day} ({seal.entries} catatan) bukan lagi yang "
            "disegel; seluruh rantainya telah disusun ulang"
        )
        sys.exit(1)
    click.echo(f"utuh: {verdict.entries} catatan" + (f", {len(kept)} segel cocok" if kept else ""))


def _read(file: Path) -> list[Seal]:
    try:
        return read_seals(file.read_text(encoding="utf-8").splitlines())
    except NotASeal as refusal:
        raise Refused(refusal.message % refusal.params) from None
    except UnicodeDecodeError:
        raise Refused("Berkas ini bukan berkas segel.") from None


def _named(session: Session, broken: Break) -> str:
    if broken.complaint_id is None:
        return broken.reason
    complaint = session.get(Complaint, broken.complaint_id)
    name = f"#{complaint.tracking_id}" if complaint else f"dengan id {broken.complaint_id}"
    return f"pengaduan {name}, catatan {broken.seq}: {broken.reason}"
