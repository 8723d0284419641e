"""The accounts of the demo, all invented, and who sits at which desks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor
from portal.cases.accounts import add_assignment, create_account
from portal.cases.organisation import add_unit
from portal.cases.passwords import hash_password
from portal.demo.offices import (
    DIKPORA,
    DINKES,
    DINSOS,
    DISHUB,
    DLHP,
    DUKCAPIL,
    KOMINFO,
    PUPR,
    SATPOL,
    UNITS,
)
from portal.models import Account, Assignment, Caller, Complaint, Instansi, Opd, Unit, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.viewer import actor_of, desk_name

PASSWORD = "demo-magetan"  # noqa: S105 - the demo's, printed and meant to be known
ACTING_LASTS = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk. `acting_for`: for whom somebody sits there as Plt."""

    role: Role
    opd: str = ""
    unit: str = ""
    position: str = ""
    acting_for: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    seats: tuple[Seat, ...]
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody who tries the demo needs: a desk and how to sign in there."""

    desk: str
    name: str
    username: str
    password: str


def _liaison(opd: str) -> Seat:
    return Seat(Role.PEJABAT_PENGHUBUNG, opd=opd)


def _unit(number: int) -> Seat:
    return Seat(Role.UNIT_KERJA, opd=UNITS[number].opd, unit=UNITS[number].name)


_HEAD = Seat(
    Role.KEPALA_DINAS,
    position="Kepala Dinas Komunikasi dan Informatika",
    acting_for="Hendra Gunawan",
)
# Small offices have one person for both desks; the one who acts as head keeps her own.
PEOPLE = (
    Person("nasional", "Ratna Sari", (Seat(Role.ADMIN_NASIONAL),)),
    Person("instansi", "Wahyu Hidayat", (Seat(Role.ADMIN_INSTANSI),)),
    Person("kepala", "Lilik Suryani", (_HEAD,), "Pembina Tingkat I", "197803142003122001"),
    Person("administrator", "Nina Marlina", (Seat(Role.ADMINISTRATOR),)),
    Person("dishub", "Budi Hartono", (_liaison(DISHUB),)),
    Person("dishub-lalin", "Joko Susilo", (_unit(0),)),
    Person("dishub-parkir", "Sinta Dewi", (_unit(1),)),
    Person("pupr", "Anang Wibisono", (_liaison(PUPR),)),
    Person("pupr-jalan", "Mulyadi Saputra", (_unit(2),)),
    Person("pupr-air", "Retno Palupi", (_unit(3),)),
    Person("dlhp", "Tutik Rahayu", (_liaison(DLHP),)),
    Person("dlhp-sampah", "Yusuf Efendi", (_unit(4),)),
    Person("dlhp-limbah", "Galih Prakoso", (_unit(5),)),
    Person("dinkes", "Maya Anggraini", (_liaison(DINKES),)),
    Person("dinkes-layanan", "Rudi Setiawan", (_unit(6),)),
    Person("dinkes-penyakit", "Ika Fitriani", (_unit(7),)),
    Person("dinsos", "Titik Handoko", (_liaison(DINSOS), _unit(8))),
    Person("dukcapil", "Arif Budiman", (_liaison(DUKCAPIL), _unit(9))),
    Person("dikpora", "Sri Utami", (_liaison(DIKPORA), _unit(10))),
    Person("satpol", "Bayu Firmansyah", (_liaison(SATPOL), _unit(11))),
    Person("kominfo", "Dwi Kurnia", (_liaison(KOMINFO), _unit(12))),
)


def hire(session: Session, since: datetime, now: datetime) -> None:
    """Make the units, and the accounts with the demo's password and desks valid from `since` on."""
    opds = {opd.name: opd.id for opd in session.scalars(select(Opd))}
    for work in UNITS:
        add_unit(session, opds[work.opd], {"name": work.name, "kinds": "\n".join(work.kinds)})
    password_hash = hash_password(PASSWORD)
    for number, person in enumerate(PEOPLE, 1):
        words = {
            "name": person.name,
            "username": person.username,
            "phone": f"0812-0000-{number:04d}",
            "rank": person.rank,
            "nip": person.nip,
        }
        account, _ = create_account(session, words, Caller(None, "", since))
        account_id = account.id
        with writing(session):  # not by the verb, which takes no password that is so easily guessed
            account = session.get_one(Account, account_id)
            account.password_hash, account.lent_until = password_hash, None
        for seat in person.seats:
            answers = _answers(session, seat, opds, since, now)
            add_assignment(session, account_id, answers, Caller(None, "", now))


def _answers(
    session: Session, seat: Seat, opds: dict[str, int], since: datetime, now: datetime
) -> dict[str, str]:
    """The administrator's form for a desk."""
    answers = {
        "role": seat.role.value,
        "position": seat.position,
        "valid_from": f"{since.astimezone(ZONE):%Y-%m-%d}",
    }
    match seat.role:
        case Role.ADMIN_INSTANSI | Role.KEPALA_DINAS:
            answers["instansi"] = str(session.scalar(select(Instansi.id).order_by(Instansi.id)))
        case Role.PEJABAT_PENGHUBUNG:
            answers["opd"] = str(opds[seat.opd])
        case Role.UNIT_KERJA:
            unit = select(Unit.id).where(Unit.name == seat.unit, Unit.opd_id == opds[seat.opd])
            answers["unit"] = str(session.scalar(unit))
        case _:
            pass
    if seat.acting_for:
        until = now.astimezone(ZONE).date() + ACTING_LASTS
        answers |= {
            "acting": "Plt.",
            "on_behalf_of": seat.acting_for,
            "valid_to": until.isoformat(),
        }
    return answers


def lines(session: Session) -> list[Line]:
    """A line for each desk of the demo's accounts, in the order of the SOP's actors."""
    names = [person.username for person in PEOPLE]
    seats = [seat for seat in _assignments(session) if seat.account.username in names]
    seats.sort(key=lambda seat: (names.index(seat.account.username), seat.id))
    return [
        Line(desk_name(seat), seat.account.name, seat.account.username, PASSWORD) for seat in seats
    ]


def _assignments(session: Session) -> Sequence[Assignment]:
    scopes = (Assignment.account, Assignment.opd, Assignment.unit, Assignment.instansi)
    query = select(Assignment).join(Account).options(*(joinedload(scope) for scope in scopes))
    return session.scalars(query.order_by(Assignment.id)).all()


class Cast:
    """Who acts for a role on a complaint: the desk that has it."""

    def __init__(self, session: Session) -> None:
        self._actors = {
            _desk(Role(seat.role), seat.opd_id, seat.unit_id): actor_of(seat.account, seat)
            for seat in _assignments(session)
        }

    def actor(self, role: Role, complaint: Complaint | None = None) -> Actor:
        """The officer of `role`; `complaint` tells which OPD's or unit's. KeyError for none."""
        if complaint is None:
            return self._actors[_desk(role, None, None)]
        return self._actors[_desk(role, complaint.opd_id, complaint.unit_id)]


def _desk(role: Role, opd_id: int | None, unit_id: int | None) -> tuple[Role, int | None]:
    if role is Role.PEJABAT_PENGHUBUNG:
        return role, opd_id
    return role, unit_id if role is Role.UNIT_KERJA else None
