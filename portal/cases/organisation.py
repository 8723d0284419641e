"""The administrator's verbs on the offices: OPD with their spellings, units with their kinds."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.lapor.words import normalise_name, one_line
from portal.models import Instansi, Opd, OpdSpelling, Unit, writing
from portal.sop.text import N_, Refusal

KINDS_LIMIT = 5_000
_SAME_NAME = N_("OPD dengan nama ini sudah ada.")


class OwnName(Refusal):
    """An OPD's present name cannot be taken off its spellings."""


def add_opd(session: Session, raw: Mapping[str, str]) -> Opd:
    """A new OPD of our own instansi (`name`), found under that name in exports. Raises Invalid."""
    fields = Fields(raw)
    with writing(session):
        name = _read_opd_name(session, fields, None)
        fields.check()
        # Ours is the instansi that the installation began with.
        own = session.scalars(select(Instansi).order_by(Instansi.id).limit(1)).one()
        opd = Opd(name=name, instansi_id=own.id)
        session.add(opd)
        session.flush()
        _spell(session, opd, name)
    return opd


def rename_opd(session: Session, opd_id: int, raw: Mapping[str, str]) -> Opd:
    """Give an OPD another `name`; the old one stays as a spelling, LAPOR! goes on using it.

    Raises Invalid.
    """
    fields = Fields(raw)
    with writing(session):
        opd = session.get_one(Opd, opd_id)
        name = _read_opd_name(session, fields, opd_id)
        fields.check()
        _spell(session, opd, opd.name)
        _spell(session, opd, name)
        opd.name = name
    return opd


def set_opd_active(session: Session, opd_id: int, active: bool) -> Opd:
    """Whether complaints may be disposed to the OPD; those that it has stay with it."""
    with writing(session):
        opd = session.get_one(Opd, opd_id)
        opd.active = active
    return opd


def add_spelling(session: Session, opd_id: int, raw: Mapping[str, str]) -> OpdSpelling:
    """Another way in which exports write an OPD (`text`). Raises Invalid."""
    fields = Fields(raw)
    with writing(session):
        opd = session.get_one(Opd, opd_id)
        text = one_line(fields.line("text"))
        _check_spelling(session, fields, "text", text, opd_id)
        fields.check()
        return _spell(session, opd, text)


def remove_spelling(session: Session, opd_id: int, normal: str) -> None:
    """Forget a spelling (by its normalised form); one that is gone already is no error.

    Raises OwnName for the OPD's present name.
    """
    with writing(session):
        opd = session.get_one(Opd, opd_id)
        if normal == normalise_name(opd.name):
            raise OwnName(N_("Ini nama OPD itu sendiri; ubah namanya dulu."))
        spelling = session.get(OpdSpelling, normal)
        if spelling is not None and spelling.opd_id == opd_id:
            session.delete(spelling)


def add_unit(session: Session, opd_id: int, raw: Mapping[str, str]) -> Unit:
    """A new unit of an OPD (`name`, and `kinds` of complaint, one a line). Raises Invalid."""
    fields = Fields(raw)
    with writing(session):
        opd = session.get_one(Opd, opd_id)
        values = _read_unit(fields, opd, None)
        fields.check()
        unit = Unit(opd_id=opd_id, **values)
        session.add(unit)
    return unit


def edit_unit(session: Session, unit_id: int, raw: Mapping[str, str]) -> Unit:
    """Change a unit's `name` and `kinds`. Raises Invalid."""
    fields = Fields(raw)
    with writing(session):
        unit = session.get_one(Unit, unit_id)
        values = _read_unit(fields, unit.opd, unit_id)
        fields.check()
        unit.name, unit.kinds = values["name"], values["kinds"]
    return unit


def set_unit_active(session: Session, unit_id: int, active: bool) -> Unit:
    """Whether complaints may be handed to the unit; those that it has stay with it."""
    with writing(session):
        unit = session.get_one(Unit, unit_id)
        unit.active = active
    return unit


def _read_opd_name(session: Session, fields: Fields, opd_id: int | None) -> str:
    name = one_line(fields.line("name"))
    others = session.scalars(select(Opd.name).where(Opd.id != opd_id)).all()
    if name and normalise_name(name) in map(normalise_name, others):
        fields.refuse("name", _SAME_NAME)
    _check_spelling(session, fields, "name", name, opd_id)
    return name


def _check_spelling(
    session: Session, fields: Fields, field: str, text: str, opd_id: int | None
) -> None:
    """A spelling means one office; one that was declared foreign may become ours."""
    normal = normalise_name(text)
    if text and not normal:
        fields.refuse(field, N_("Tulis dengan huruf atau angka."))
        return
    known = session.get(OpdSpelling, normal)
    if known is not None and known.opd is not None and known.opd_id != opd_id:
        fields.refuse(field, N_("Ejaan ini sudah milik %(opd)s."), opd=known.opd.name)


def _spell(session: Session, opd: Opd, text: str) -> OpdSpelling:
    return session.merge(OpdSpelling(normal=normalise_name(text), text=text, opd_id=opd.id))


def _read_unit(fields: Fields, opd: Opd, unit_id: int | None) -> dict[str, str]:
    name = one_line(fields.line("name"))
    others = (unit.name for unit in opd.units if unit.id != unit_id)
    if name and normalise_name(name) in map(normalise_name, others):
        fields.refuse("name", N_("OPD ini sudah punya unit dengan nama itu."))
    lines = fields.text("kinds", required=False, limit=KINDS_LIMIT).split("\n")
    kinds = [" ".join(line.split()) for line in lines if line.strip()]
    if any(len(kind) > 200 for kind in kinds):
        fields.refuse(
            "kinds", N_("Satu jenis pengaduan paling panjang %(limit)s huruf."), limit=200
        )
    return {"name": name, "kinds": "\n".join(dict.fromkeys(kinds))}
