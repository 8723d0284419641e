"""The words of the workflow: statuses, actions and records, with their labels for the screen."""

from dataclasses import dataclass
from enum import StrEnum

from portal.sop.text import N_


class Status(StrEnum):
    ARRIVED = "arrived"
    RECEIVED = "received"
    AWAITING_COMPLETION = "awaiting_completion"
    RETURNED = "returned"
    WITH_INSTANSI = "with_instansi"
    VERIFIED = "verified"
    WITH_LIAISON = "with_liaison"
    WITH_UNIT = "with_unit"
    ANSWERED = "answered"
    AWAITING_FEEDBACK = "awaiting_feedback"
    CLOSED = "closed"
    NOT_FOLLOWED_UP = "not_followed_up"
    TRANSFERRED = "transferred"

    @property
    def label(self) -> str:
        return _STATUSES[self].label

    @property
    def step(self) -> int | None:
        """The SOP step whose work is under way in this status."""
        return _STATUSES[self].step

    @property
    def clock(self) -> str:
        """The clocks that run in this status, for the officer who reads the table."""
        return _STATUSES[self].clock

    @property
    def is_final(self) -> bool:
        return self in FINAL


@dataclass(frozen=True, slots=True)
class _StatusRow:
    label: str
    step: int | None
    clock: str


_STATUSES = {
    Status.ARRIVED: _StatusRow(N_("Masuk"), 1, N_("langkah 1")),
    Status.RECEIVED: _StatusRow(N_("Diterima, menunggu verifikasi"), 2, N_("langkah 2")),
    Status.AWAITING_COMPLETION: _StatusRow(
        N_("Menunggu kelengkapan pelapor"), None, N_("batas kelengkapan; jam lain berhenti")
    ),
    Status.RETURNED: _StatusRow(
        N_("Dikembalikan, bukan kewenangan"), 2, N_("langkah 2, dari awal")
    ),
    Status.WITH_INSTANSI: _StatusRow(N_("Verifikasi Admin Instansi"), 3, N_("langkah 3")),
    Status.VERIFIED: _StatusRow(N_("Terverifikasi, menunggu disposisi"), 4, N_("langkah 4")),
    Status.WITH_LIAISON: _StatusRow(
        N_("Di Pejabat Penghubung OPD"), 5, N_("langkah 5; batas klasifikasi; 60 hari kerja")
    ),
    Status.WITH_UNIT: _StatusRow(
        N_("Tindak lanjut Unit Kerja"),
        6,
        N_("batas klasifikasi; langkah 6 sejak tindak lanjut selesai; 60 hari kerja"),
    ),
    Status.ANSWERED: _StatusRow(N_("Ditanggapi, menunggu pencatatan"), 7, N_("langkah 7")),
    Status.AWAITING_FEEDBACK: _StatusRow(N_("Menunggu tanggapan balik"), None, N_("10 hari kerja")),
    Status.CLOSED: _StatusRow(N_("Selesai"), None, ""),
    Status.NOT_FOLLOWED_UP: _StatusRow(N_("Tidak ditindaklanjuti"), None, ""),
    Status.TRANSFERRED: _StatusRow(N_("Dialihkan ke instansi lain"), None, ""),
}
FINAL = frozenset({Status.CLOSED, Status.NOT_FOLLOWED_UP, Status.TRANSFERRED})
CLOSED_SILENTLY = N_("Dianggap selesai")


class Action(StrEnum):
    RECEIVE = "receive"
    REQUEST_COMPLETION = "request_completion"
    RECORD_COMPLETION = "record_completion"
    LAPSE = "lapse"
    DISMISS = "dismiss"
    FORWARD = "forward"
    TRANSFER = "transfer"
    VERIFY = "verify"
    SEND_BACK = "send_back"
    DISPOSE = "dispose"
    REFUSE_OPD = "refuse_opd"
    ACKNOWLEDGE = "acknowledge"
    HAND_OVER = "hand_over"
    REFUSE_UNIT = "refuse_unit"
    RECORD_PROGRESS = "record_progress"
    FINISH_FOLLOW_UP = "finish_follow_up"
    ANSWER = "answer"
    RETURN_ANSWER = "return_answer"
    REGISTER = "register"
    RECORD_FEEDBACK = "record_feedback"
    CLOSE_SILENT = "close_silent"
    ESCALATE = "escalate"
    CORRECT = "correct"
    DISCLOSE = "disclose"
    ANONYMISE = "anonymise"

    @property
    def label(self) -> str:
        return _ACTION_WORDS[self][0]

    @property
    def done(self) -> str:
        """The history's word for it: what was done."""
        return _ACTION_WORDS[self][1]

    @property
    def slug(self) -> str:
        """Its name in URLs, Indonesian kebab-case."""
        return _ACTION_WORDS[self][2]


# These are done now and at no other time, and ask for the password.
ABOUT_IDENTITY = frozenset({Action.DISCLOSE, Action.ANONYMISE})


class Record(StrEnum):
    """What the history holds beside the table's actions; none of them changes a status later on."""

    ARRIVE = "arrive"
    LAPOR_CHANGE = "lapor_change"
    REMIND = "remind"

    @property
    def done(self) -> str:
        return _RECORD_WORDS[self]


_ACTION_WORDS = {
    Action.RECEIVE: (N_("Terima"), N_("Diterima"), "terima"),
    Action.REQUEST_COMPLETION: (
        N_("Minta kelengkapan"),
        N_("Kelengkapan diminta"),
        "minta-kelengkapan",
    ),
    Action.RECORD_COMPLETION: (
        N_("Catat kelengkapan"),
        N_("Kelengkapan dicatat"),
        "catat-kelengkapan",
    ),
    Action.LAPSE: (
        N_("Tidak ditindaklanjuti (tidak dilengkapi)"),
        N_("Tidak ditindaklanjuti karena tidak dilengkapi"),
        "gugur",
    ),
    Action.DISMISS: (N_("Arsipkan"), N_("Diarsipkan, tidak ditindaklanjuti"), "arsipkan"),
    Action.FORWARD: (
        N_("Teruskan ke Admin Instansi"),
        N_("Diteruskan ke Admin Instansi"),
        "teruskan",
    ),
    Action.TRANSFER: (
        N_("Alihkan ke instansi lain"),
        N_("Dialihkan ke instansi lain"),
        "alihkan",
    ),
    Action.VERIFY: (N_("Verifikasi"), N_("Diverifikasi"), "verifikasi"),
    Action.SEND_BACK: (
        N_("Kembalikan, bukan kewenangan"),
        N_("Dikembalikan, bukan kewenangan"),
        "kembalikan",
    ),
    Action.DISPOSE: (N_("Disposisi ke OPD"), N_("Didisposisi ke OPD"), "disposisi"),
    Action.REFUSE_OPD: (
        N_("Kembalikan, bukan kewenangan OPD"),
        N_("Dikembalikan, bukan kewenangan OPD"),
        "kembalikan-opd",
    ),
    Action.ACKNOWLEDGE: (N_("Tanda terima"), N_("Tanda terima diberikan"), "tanda-terima"),
    Action.HAND_OVER: (
        N_("Teruskan ke Unit Kerja"),
        N_("Diteruskan ke Unit Kerja"),
        "teruskan-ke-unit",
    ),
    Action.REFUSE_UNIT: (
        N_("Kembalikan, salah unit"),
        N_("Dikembalikan, salah unit"),
        "kembalikan-unit",
    ),
    Action.RECORD_PROGRESS: (
        N_("Catat perkembangan"),
        N_("Perkembangan dicatat"),
        "catat-perkembangan",
    ),
    Action.FINISH_FOLLOW_UP: (
        N_("Tindak lanjut selesai"),
        N_("Tindak lanjut selesai"),
        "tindak-lanjut-selesai",
    ),
    Action.ANSWER: (N_("Beri tanggapan"), N_("Tanggapan diberikan"), "tanggapi"),
    Action.RETURN_ANSWER: (
        N_("Perbaiki tanggapan"),
        N_("Tanggapan dikembalikan untuk diperbaiki"),
        "perbaiki-tanggapan",
    ),
    Action.REGISTER: (N_("Catat dan umumkan"), N_("Dicatat dan diumumkan"), "catat"),
    Action.RECORD_FEEDBACK: (
        N_("Catat tanggapan balik"),
        N_("Tanggapan balik dicatat"),
        "catat-tanggapan-balik",
    ),
    Action.CLOSE_SILENT: (
        CLOSED_SILENTLY,
        N_("Dianggap selesai, tidak ada tanggapan balik"),
        "dianggap-selesai",
    ),
    Action.ESCALATE: (
        N_("Diteruskan ke Ombudsman RI"),
        N_("Diteruskan ke Ombudsman RI"),
        "ombudsman",
    ),
    Action.CORRECT: (N_("Koreksi data"), N_("Data dikoreksi"), "koreksi"),
    Action.DISCLOSE: (N_("Buka identitas"), N_("Identitas pelapor dibuka"), "buka-identitas"),
    Action.ANONYMISE: (
        N_("Hapus identitas pelapor"),
        N_("Identitas pelapor dihapus"),
        "hapus-identitas",
    ),
}
_RECORD_WORDS = {
    Record.ARRIVE: N_("Masuk ke portal"),
    Record.LAPOR_CHANGE: N_("Data LAPOR! berubah"),
    Record.REMIND: N_("Peringatan batas waktu"),
}
