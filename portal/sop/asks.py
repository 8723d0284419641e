"""What each action asks of the officer: the fields of its form, as data beside the table."""

from dataclasses import dataclass
from enum import StrEnum

from portal.sop.procedure import CaseClass
from portal.sop.text import N_


class Kind(StrEnum):
    """How an answer is given; the forms and their checks follow it."""

    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    RATING = "rating"
    FILES = "files"
    TRACKING_ID = "tracking_id"
    INSTANSI = "instansi"
    OPD = "opd"
    UNIT = "unit"
    CATEGORY = "category"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. `needs`: another field and the answers to it that make this one obligatory."""

    name: str
    kind: Kind
    label: str
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, tuple[object, ...]] | None = None
    hint: str = ""


DISMISS_REASONS = (
    ("too_general", N_("Terlalu umum")),
    ("not_a_complaint", N_("Bukan pengaduan")),
    ("duplicate", N_("Duplikat pengaduan lain")),
    ("answered_before", N_("Sudah pernah dijawab")),
    ("in_court", N_("Sedang dalam proses hukum")),
    ("other", N_("Alasan lain")),
)
CORRECTABLE = (
    ("title", N_("Judul")),
    ("body", N_("Isi laporan")),
    ("category", N_("Kategori")),
    ("case_class", N_("Klasifikasi")),
    ("kecamatan", N_("Kecamatan")),
    ("kelurahan", N_("Desa/Kelurahan")),
    ("source", N_("Sumber laporan")),
)
_CLASSES = tuple((case_class.value, case_class.label) for case_class in CaseClass)
_REASON = Ask("reason", Kind.TEXT, N_("Alasan"))
_FILES = Ask("files", Kind.FILES, N_("Lampiran"), required=False)
_NOTE = Ask("note", Kind.TEXT, N_("Catatan"), required=False)

ASKS: dict[str, tuple[Ask, ...]] = {
    "request_completion": (Ask("missing", Kind.TEXT, N_("Yang harus dilengkapi pelapor")),),
    "record_completion": (Ask("text", Kind.TEXT, N_("Kelengkapan dari pelapor")), _FILES),
    "dismiss": (
        Ask("reason", Kind.CHOICE, N_("Alasan"), choices=DISMISS_REASONS),
        Ask(
            "duplicate_of",
            Kind.TRACKING_ID,
            N_("Duplikat dari Tracking ID"),
            required=False,
            needs=("reason", ("duplicate",)),
        ),
        Ask("note", Kind.TEXT, N_("Catatan"), required=False, needs=("reason", ("other",))),
    ),
    "forward": (Ask("instansi", Kind.INSTANSI, N_("Instansi")), _NOTE),
    "transfer": (Ask("instansi_name", Kind.LINE, N_("Nama instansi tujuan")), _NOTE),
    "verify": (
        Ask("case_class", Kind.CHOICE, N_("Klasifikasi"), choices=_CLASSES),
        Ask("category", Kind.CATEGORY, N_("Kategori")),
    ),
    "send_back": (
        _REASON,
        Ask("suggested_owner", Kind.LINE, N_("Usul instansi yang berwenang"), required=False),
    ),
    "dispose": (
        Ask("opd", Kind.OPD, N_("OPD")),
        Ask("instruction", Kind.TEXT, N_("Petunjuk untuk Pejabat Penghubung"), required=False),
    ),
    "refuse_opd": (
        _REASON,
        Ask("suggested_opd", Kind.OPD, N_("Usul OPD yang berwenang"), required=False),
    ),
    "hand_over": (
        Ask("unit", Kind.UNIT, N_("Unit kerja")),
        Ask("complaint_type", Kind.LINE, N_("Jenis pengaduan")),
        Ask("instruction", Kind.TEXT, N_("Petunjuk untuk unit kerja"), required=False),
    ),
    "refuse_unit": (_REASON,),
    "record_progress": (Ask("text", Kind.TEXT, N_("Perkembangan")), _FILES),
    "finish_follow_up": (
        Ask(
            "report",
            Kind.TEXT,
            N_("Laporan hasil tindak lanjut"),
            required=False,
            hint=N_("Tulis di sini atau lampirkan berkasnya."),
        ),
        _FILES,
    ),
    "answer": (
        Ask("answer", Kind.TEXT, N_("Tanggapan untuk pelapor")),
        Ask(
            "report",
            Kind.TEXT,
            N_("Laporan hasil tindak lanjut"),
            required=False,
            hint=N_("Tulis di sini atau lampirkan berkasnya."),
        ),
        _FILES,
    ),
    "return_answer": (_REASON,),
    "register": (Ask("published_on", Kind.DATE, N_("Tanggal tanggapan diumumkan di lapor.go.id")),),
    "record_feedback": (
        Ask("satisfied", Kind.YES_NO, N_("Pelapor puas?")),
        Ask("text", Kind.TEXT, N_("Tanggapan balik pelapor")),
        Ask("rating", Kind.RATING, N_("Nilai"), required=False),
        Ask(
            "unit",
            Kind.UNIT,
            N_("Ditindaklanjuti kembali oleh"),
            required=False,
            hint=N_("Isi bila pelapor belum puas dan belum ada unit yang menangani."),
        ),
    ),
    "correct": (
        Ask("field", Kind.FIELD, N_("Yang dikoreksi"), choices=CORRECTABLE),
        Ask("value", Kind.TEXT, N_("Nilai baru")),
        _REASON,
    ),
    "disclose": (
        Ask(
            "reason",
            Kind.TEXT,
            N_("Untuk apa identitas pelapor diperlukan"),
            hint=N_("Tercatat di riwayat dan dibaca Kepala Dinas. Terbuka selama 30 menit."),
        ),
    ),
    "anonymise": (
        Ask(
            "reason",
            Kind.TEXT,
            N_("Mengapa identitas pelapor dihapus"),
            hint=N_(
                "Nama, NIK, kontak, dan alamat pelapor dihapus untuk selamanya, disamarkan dalam "
                "semua teks, dan lampirannya dihapus. Angka laporan tidak berubah."
            ),
        ),
    ),
}

WRITTEN_KINDS = frozenset({Kind.TEXT, Kind.LINE, Kind.CATEGORY})
# By action, what somebody wrote in his own words, or named a file: what may tell who a reporter is.
# No rule and no figure reads it.
WRITTEN: dict[str, frozenset[str]] = {
    "arrive": frozenset({"lapor_reason", "files"}),
    **{
        action: frozenset(ask.name for ask in asks if ask.kind in WRITTEN_KINDS | {Kind.FILES})
        for action, asks in ASKS.items()
    },
}
WRITTEN["correct"] |= {"old"}
