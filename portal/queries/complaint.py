"""What the page of one complaint shows, and what its forms offer to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, Subquery, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor, could_see, visible_at, visible_to
from portal.cases.act import Done
from portal.cases.record import History, history_of, read_history, timeline_of
from portal.cases.rules import Rules
from portal.cases.sightings import SEEN_TODAY
from portal.lapor.words import normalise_name
from portal.models import Attachment, Complaint, Entry, Instansi, Opd, OpdSpelling, Unit
from portal.sop.clocks import Timeline
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import Action
from portal.sop.workflow import Transition, available

# National categories of SP4N-LAPOR!, upper level.
CATEGORIES = (
    "Agama",
    "Ekonomi dan Keuangan",
    "Energi dan SDA",
    "Kekerasan di Satuan Pendidikan",
    "Kependudukan",
    "Kesehatan",
    "Kesetaraan Gender dan Sosial Inklusif",
    "Ketenagakerjaan",
    "Ketenteraman, Ketertiban Umum, dan Pelindungan Masyarakat",
    "Lingkungan Hidup dan Kehutanan",
    "Netralitas ASN",
    "Pekerjaan Umum dan Penataan Ruang",
    "Pembangunan Desa",
    "Pendidikan dan Kebudayaan",
    "Perhubungan",
    "Perlindungan Konsumen",
    "Pertanian dan Peternakan",
    "Politik dan Hukum",
    "Sosial dan Kesejahteraan",
    "Teknologi Informasi dan Komunikasi",
    "Topik Lainnya",
)
_RECENT = 2000


@dataclass(frozen=True)
class CaseFile:
    """A complaint with everything that its page needs; `rows` are the actions possible now.

    `seen_today`: as `SEEN_TODAY` has it of who asks.
    """

    complaint: Complaint
    entries: Sequence[Entry]
    attachments: Sequence[Attachment]
    timeline: Timeline
    procedure: Procedure
    rows: tuple[Transition, ...]
    seen_today: int | None


def open_case(
    session: Session, actor: Actor, tracking_id: str, rules: Rules, now: datetime
) -> CaseFile | None:
    """The complaint's file as `actor` may see it; None when there is none for him."""
    given = {
        "tracking_id": tracking_id,
        "office": actor.office,
        "viewer": actor.account_id,
        "day": now.astimezone(ZONE).date(),
    }
    asked = session.execute(_visible_case(actor.role), given).one_or_none()
    if asked is None:
        return None
    complaint, seen_today = asked
    history = read_history(session, complaint, rules)
    return _case_file(actor, complaint, history, rules, now, seen_today)


def case_after(actor: Actor, done: Done, rules: Rules, now: datetime) -> CaseFile | None:
    """The same of a complaint that was just acted upon, and is not read again.

    Whoever acts stands in the history as having seen it.
    """
    complaint = done.complaint
    if not could_see(actor, complaint):
        return None
    return _case_file(actor, complaint, done.history, rules, now, seen_today=1)


def _case_file(
    actor: Actor,
    complaint: Complaint,
    history: History,
    rules: Rules,
    now: datetime,
    seen_today: int | None,
) -> CaseFile:
    procedure = rules.procedures.at(now)
    rows = available(history.timeline.state, actor.role, procedure)
    return CaseFile(
        complaint, history.entries, history.files, history.timeline, procedure, rows, seen_today
    )


@cache
def _visible_case(role: Role) -> Select[tuple[Complaint, int | None]]:
    return (
        select(Complaint, SEEN_TODAY)
        .where(Complaint.tracking_id == bindparam("tracking_id"), visible_at(role))
        .options(*map(joinedload, (Complaint.opd, Complaint.unit, Complaint.reporter)))
        .execution_options(populate_existing=True)
    )


def is_visible(session: Session, actor: Actor, tracking_id: str) -> bool:
    query = select(Complaint.id).where(Complaint.tracking_id == tracking_id, visible_to(actor))
    return session.scalar(query) is not None


def attachment_for(
    session: Session, actor: Actor, tracking_id: str, attachment_id: int
) -> Attachment | None:
    """A file of a complaint that `actor` may see."""
    return session.scalar(
        select(Attachment)
        .join(Complaint, Complaint.id == Attachment.complaint_id)
        .where(
            Attachment.id == attachment_id,
            Complaint.tracking_id == tracking_id,
            visible_to(actor),
        )
    )


def done_since(
    session: Session, actor: Actor, tracking_id: str, seq: int, rules: Rules
) -> Sequence[Entry]:
    """What happened to a complaint after its entry `seq`, for an actor who saw it then.

    Empty for everybody else, and when nothing did: this is how a desk hears where a complaint
    went that it no longer sees.
    """
    complaint = session.scalar(select(Complaint).where(Complaint.tracking_id == tracking_id))
    if complaint is None or not 0 < seq < complaint.seq:
        return ()
    entries = history_of(session, complaint)
    then = timeline_of(entries[:seq], rules).state
    return entries[seq:] if could_see(actor, then) else ()


# -- what the forms offer ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice in a form, and why it is suggested.

    `votes`: how many complaints like this one (of `of`) went there, or how many of a unit's kinds
    fit; `from_lapor`: LAPOR! names it.
    """

    id: int
    name: str
    votes: int = 0
    of: int = 0
    from_lapor: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether a form may choose it by itself: LAPOR!'s word, or most of the votes."""
        return self.from_lapor or self.votes * 2 > self.of


def instansi_offers(session: Session) -> list[Offer]:
    """Every instansi, by name."""
    return [Offer(id, name) for id, name in session.execute(_INSTANSI)]


_INSTANSI = select(Instansi.id, Instansi.name).order_by(Instansi.name)


def opd_offers(session: Session, complaint: Complaint) -> list[Offer]:
    """The OPD of the complaint's instansi: first LAPOR!'s own, then where its like went."""
    votes = _past_dispositions(complaint)
    named = select(OpdSpelling.opd_id).where(
        OpdSpelling.normal == (normalise_name(complaint.lapor_opd) or "-")
    )
    query = (
        select(
            Opd.id,
            Opd.name,
            func.coalesce(votes.c.number, 0).label("votes"),
            select(func.sum(votes.c.number)).scalar_subquery().label("of"),
            (Opd.id == named.scalar_subquery()).label("named"),
        )
        .outerjoin(votes, votes.c.opd_id == Opd.id)
        .where(Opd.active, Opd.instansi_id == complaint.instansi_id)
        .order_by(Opd.name)
    )
    offers = [
        Offer(row.id, row.name, row.votes, row.of or 0, bool(row.named))
        for row in session.execute(query)
    ]
    return sorted(offers, key=lambda offer: (not offer.from_lapor, -offer.votes))


def _past_dispositions(complaint: Complaint) -> Subquery:
    """How many complaints of the same category lie or ended at each OPD, of the newest ones."""
    recent = (
        select(Complaint.id, Complaint.category, Complaint.opd_id)
        .order_by(Complaint.arrived_at.desc(), Complaint.id.desc())
        .limit(_RECENT)
        .subquery()
    )
    return (
        select(recent.c.opd_id, func.count().label("number"))
        .where(
            recent.c.category == complaint.category,
            recent.c.category != "",
            recent.c.opd_id.is_not(None),
            recent.c.id != complaint.id,
        )
        .group_by(recent.c.opd_id)
        .subquery()
    )


def unit_offers(session: Session, complaint: Complaint) -> list[Offer]:
    """The units of the complaint's OPD (of all, while it has none), those for its kind first."""
    query = select(Unit).where(Unit.active).order_by(Unit.name)
    if complaint.opd_id is not None:
        query = query.where(Unit.opd_id == complaint.opd_id)
    words = _words(f"{complaint.category} {complaint.title}")
    offers = [Offer(unit.id, unit.name, _matching(unit, words)) for unit in session.scalars(query)]
    return sorted(offers, key=lambda offer: -offer.votes)


def _matching(unit: Unit, words: set[str]) -> int:
    """How many of the unit's kinds have all their words among `words`."""
    kinds = (_words(kind) for kind in unit.kinds.splitlines())
    return sum(bool(kind) and kind <= words for kind in kinds)


def _words(text: str) -> set[str]:
    return set(normalise_name(text).split())


def complaint_kinds(session: Session, complaint: Complaint) -> list[str]:
    """The kinds of complaint that the OPD's units take, each once, by name."""
    query = select(Unit.kinds).where(Unit.active, Unit.opd_id == complaint.opd_id)
    lines = (kind.strip() for kinds in session.scalars(query) for kind in kinds.splitlines())
    return sorted({kind for kind in lines if kind})


def answer_to_improve(entries: Sequence[Entry]) -> str:
    """The answer that was sent back for improvement and not given again; else empty."""
    rounds = (Action.ANSWER.value, Action.RETURN_ANSWER.value)
    acts = [entry for entry in entries if entry.action in rounds]
    if len(acts) > 1 and acts[-1].action == Action.RETURN_ANSWER:
        return str(acts[-2].details["answer"])
    return ""
