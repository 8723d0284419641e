"""What the words of a LAPOR! export mean here: offices, classes, statuses; and remembering it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.lapor.columns import COLUMNS
from portal.lapor.rows import Kind
from portal.lapor.words import normalise_name
from portal.models import Instansi, LaporWord, Opd, OpdSpelling, writing
from portal.sop.procedure import CaseClass
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Status

NOT_OURS = "bukan"
_KEY_LIMITS = {"opd": 200, "class": 100, "status": 100}
_HEADINGS = {column.field: column.heading for column in COLUMNS}


class WordKind(StrEnum):
    """Which column of the export a word stands in; the value is `LaporWord.kind`."""

    OPD = "opd"
    CLASS = "class"
    STATUS = "status"

    @property
    def heading(self) -> str:
        """The export's own name of the column."""
        return _HEADINGS[_FIELDS[self]]

    def key(self, text: str) -> str:
        """`text` as it is compared and remembered; "" for one that says nothing."""
        return _key(text)[: _KEY_LIMITS[self]]


# An export says the same few words ten thousand times.
_key = lru_cache(maxsize=1024)(normalise_name)


_FIELDS = {
    WordKind.OPD: "opd_text",
    WordKind.CLASS: "kind_text",
    WordKind.STATUS: "status_text",
}


class Entrance(StrEnum):
    """Where a complaint enters; `DISPOSED` is the OPD's desk when the OPD is one of ours."""

    ARRIVED = "arrived"
    WITH_INSTANSI = "with_instansi"
    DISPOSED = "disposed"
    AWAITING_COMPLETION = "awaiting_completion"
    NOT_FOLLOWED_UP = "not_followed_up"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _ENTRANCE_LABELS[self]

    def status(self, opd_id: int | None) -> Status:
        """The status there, for a complaint whose OPD is `opd_id` (None: not one of ours)."""
        if self is Entrance.DISPOSED:
            return Status.WITH_LIAISON if opd_id else Status.WITH_INSTANSI
        return Status(self.value)


_ENTRANCE_LABELS = {
    Entrance.ARRIVED: N_("Belum diterima: masuk di langkah 1"),
    Entrance.WITH_INSTANSI: N_("Sudah di Admin Instansi: masuk di langkah 3"),
    Entrance.DISPOSED: N_("Sudah didisposisi: ke OPD-nya, atau langkah 3 bila bukan OPD kami"),
    Entrance.AWAITING_COMPLETION: N_("Menunggu kelengkapan pelapor"),
    Entrance.NOT_FOLLOWED_UP: N_("Tidak ditindaklanjuti"),
    Entrance.CLOSED: N_("Selesai"),
}
# The statuses that LAPOR! has been seen to write; there are others, which an officer explains.
_ENTRANCES = {
    normalise_name(text): entrance
    for entrance, texts in {
        Entrance.ARRIVED: ("Belum Terverifikasi",),
        Entrance.DISPOSED: ("Terdisposisi Belum Ditindaklanjuti", "Terdisposisi Sedang Diproses"),
        Entrance.AWAITING_COMPLETION: ("Tertunda",),
        Entrance.NOT_FOLLOWED_UP: ("Diarsipkan",),
        Entrance.CLOSED: ("Ditutup oleh Sistem", "Ditutup oleh Admin", "Ditutup oleh Pelapor"),
    }.items()
    for text in texts
}
# A report comes as one of LAPOR!'s own kinds; which complaints are supervisory is verified here.
CLASSES = {
    one: Kind(one.value).label
    for one in (CaseClass.COMPLAINT, CaseClass.ASPIRATION, CaseClass.INFORMATION)
}


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is known, by key. An `opds` value of None: known not to be one of ours."""

    opds: Mapping[str, int | None]
    classes: Mapping[str, CaseClass]
    entrances: Mapping[str, Entrance]
    instansi: Mapping[str, int]
    own_instansi: int

    def instansi_of(self, text: str) -> int:
        """The government that a report names; ours when it names none that is known."""
        return self.instansi.get(_key(text), self.own_instansi)


def load_words(session: Session) -> Words:
    """What is known: built in, from the administrator's list of OPD, and from earlier choices.

    An OPD that is no longer active has no desk, so its complaints go to the Admin Instansi.
    """
    spellings = session.execute(
        select(OpdSpelling.normal, Opd.id, Opd.active).outerjoin(OpdSpelling.opd)
    )
    opds = {normal: opd_id if active else None for normal, opd_id, active in spellings}
    for opd_id, name in session.execute(select(Opd.id, Opd.name).where(Opd.active)):
        opds.setdefault(WordKind.OPD.key(name), opd_id)
    chosen: dict[str, dict[str, str]] = {kind: {} for kind in WordKind}
    for word in session.scalars(select(LaporWord)):
        chosen[word.kind][word.word] = word.value
    names = dict(session.execute(select(Instansi.name, Instansi.id)).tuples().all())
    return Words(
        opds=opds,
        classes=_built_in_classes()
        | {word: CaseClass(value) for word, value in chosen[WordKind.CLASS].items()},
        entrances=_ENTRANCES
        | {word: Entrance(value) for word, value in chosen[WordKind.STATUS].items()},
        instansi={normalise_name(name): key for name, key in names.items()},
        own_instansi=min(names.values()),
    )


def _built_in_classes() -> dict[str, CaseClass]:
    return {WordKind.CLASS.key(kind.label): CaseClass(kind.value) for kind in Kind}


def remember_word(session: Session, kind: WordKind, text: str, choice: str) -> None:
    """Keep what an officer decided about `text`, inside the caller's transaction.

    `choice`: an OPD's id or `NOT_OURS`; a class; an entrance. Raises Refusal for anything else.
    """
    key = kind.key(text)
    match kind:
        case WordKind.OPD:
            opd = None if choice == NOT_OURS else session.get(Opd, _as_id(choice))
            if choice != NOT_OURS and (opd is None or not opd.active):
                raise Refusal(_UNKNOWN_CHOICE)
            session.merge(OpdSpelling(normal=key, text=text, opd_id=opd.id if opd else None))
        case WordKind.CLASS if choice in CLASSES:
            session.merge(LaporWord(kind=kind, word=key, value=choice))
        case WordKind.STATUS if choice in set(Entrance):
            session.merge(LaporWord(kind=kind, word=key, value=choice))
        case _:
            raise Refusal(_UNKNOWN_CHOICE)


def change_word(session: Session, kind: str, key: str, choice: str) -> None:
    """Let a word that is remembered mean something else from now on. Raises Refusal."""
    with writing(session):
        word = _remembered(session, kind, key)
        text = word.text if isinstance(word, OpdSpelling) else key
        remember_word(session, WordKind(kind), text, choice)


def forget_word(session: Session, kind: str, key: str) -> None:
    """Let the next import that has the word ask for its meaning again. Raises Refusal."""
    with writing(session):
        session.delete(_remembered(session, kind, key))


def _remembered(session: Session, kind: str, key: str) -> LaporWord | OpdSpelling:
    """What somebody decided; an OPD's own spellings are kept on the OPD's page."""
    word: LaporWord | OpdSpelling | None = session.get(LaporWord, (kind, key))
    if kind == WordKind.OPD:
        spelling = session.get(OpdSpelling, key)
        word = spelling if spelling and spelling.opd_id is None else None
    if word is None:
        raise Refusal(N_("Kata itu tidak (lagi) diingat."))
    return word


_UNKNOWN_CHOICE = N_("Pilih salah satu dari daftar.")


def _as_id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
