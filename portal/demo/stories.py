"""What happens to the complaints of the demo: a story for every state, for the rest the usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status

When = int | tuple[int, str]  # so many minutes ago, or working days ago and a clock


@dataclass(frozen=True, slots=True)
class Act:
    """One action: when it is recorded, other answers than the usual, a file, who does it."""

    action: Action
    when: When
    answers: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    by: Role | None = None
    happened: tuple[int, str] | None = None


class Owner(Enum):
    """Whose a complaint is: an OPD's with accounts here, one's without, or not ours at all."""

    OURS = "ours"
    WITHOUT_ACCOUNTS = "without_accounts"
    FOREIGN = "foreign"


ANYBODY = tuple(Owner)


@dataclass(frozen=True, slots=True)
class Story:
    """`acts` on a complaint that has come to `begins` in the usual way, told `times` over."""

    begins: Status
    acts: tuple[Act, ...] = ()
    times: int = 1
    owners: tuple[Owner, ...] = (Owner.OURS,)


def said(action: Action, when: When, **answers: str) -> Act:
    return Act(action, when, answers)


_A, _S = Action, Status
_NOT_OURS = "Layanan ini milik badan usaha atau pemerintah pusat, bukan perangkat daerah."
_ANOTHER_OPD = "Menurut pembagian tugas, ini bukan kewenangan OPD kami."

# The first find the rarest complaints: what has not been received yet, and what is not ours.
STORIES = (
    # -- Admin Nasional
    Story(_S.ARRIVED, times=2, owners=ANYBODY),
    Story(_S.ARRIVED, (Act(_A.RECEIVE, 35),), times=2, owners=ANYBODY),
    Story(_S.ARRIVED, (Act(_A.RECEIVE, (1, "09.10")),), times=2, owners=ANYBODY),
    Story(_S.ARRIVED, (Act(_A.RECEIVE, (4, "08.05")),), times=2, owners=ANYBODY),
    Story(_S.WITH_INSTANSI, (said(_A.SEND_BACK, 50, reason=_NOT_OURS),), owners=(Owner.FOREIGN,)),
    Story(
        _S.WITH_INSTANSI,
        (said(_A.SEND_BACK, (4, "14.00"), reason=_NOT_OURS, suggested_owner="Badan usaha daerah"),),
        owners=(Owner.FOREIGN,),
    ),
    Story(
        _S.WITH_INSTANSI,
        (
            said(_A.SEND_BACK, (9, "10.10"), reason=_NOT_OURS),
            said(_A.TRANSFER, (8, "09.05"), instansi_name="Perumda Air Minum Lawu Tirta"),
        ),
        owners=(Owner.FOREIGN,),
    ),
    Story(
        _S.WITH_INSTANSI,
        (
            Act(_A.VERIFY, (1, "09.40")),
            said(_A.SEND_BACK, (1, "10.20"), reason="Ruas itu jalan provinsi."),
        ),
    ),
    Story(_S.RECEIVED, (said(_A.DISMISS, (6, "09.20"), reason="too_general"),)),
    Story(_S.RECEIVED, (Act(_A.REQUEST_COMPLETION, (5, "08.40")),)),
    Story(_S.RECEIVED, (Act(_A.REQUEST_COMPLETION, (13, "08.40")),)),
    Story(
        _S.RECEIVED,
        (
            Act(_A.REQUEST_COMPLETION, (2, "08.50")),
            Act(_A.RECORD_COMPLETION, 70, file="foto-lokasi.jpg"),
        ),
    ),
    Story(_S.AWAITING_COMPLETION, owners=ANYBODY),
    # -- Pejabat Penghubung
    Story(_S.WITH_LIAISON, times=3),
    Story(_S.WITH_LIAISON, (Act(_A.ACKNOWLEDGE, 25),), times=2),
    Story(_S.WITH_LIAISON, (Act(_A.ACKNOWLEDGE, (5, "08.30")),), times=2),
    Story(
        _S.WITH_LIAISON,
        (
            said(_A.REFUSE_OPD, (1, "08.40"), reason=_ANOTHER_OPD),
            said(_A.DISPOSE, 40, instruction="Sudah dipastikan: kewenangan OPD ini."),
        ),
        times=2,
    ),
    Story(
        _S.WITH_LIAISON,
        (
            Act(_A.HAND_OVER, (2, "09.00")),
            said(_A.REFUSE_UNIT, (1, "10.30"), reason="Bukan tugas bidang ini."),
        ),
        times=2,
    ),
    Story(
        _S.WITH_LIAISON,
        (
            Act(_A.HAND_OVER, (1, "13.15")),
            said(_A.REFUSE_UNIT, 30, reason="Alat yang diperlukan ada di bidang lain."),
        ),
    ),
    # -- Admin Instansi
    Story(_S.RECEIVED, (Act(_A.FORWARD, 45),), times=3),
    Story(_S.RECEIVED, (Act(_A.FORWARD, (1, "10.15")),), times=2),
    Story(_S.RECEIVED, (Act(_A.FORWARD, (4, "11.00")),), times=2),
    Story(
        _S.WITH_INSTANSI,
        (
            said(_A.SEND_BACK, (2, "13.30"), reason="Mohon dipastikan wilayahnya."),
            said(_A.FORWARD, (1, "08.20"), note="Sudah dipastikan: wilayah Kabupaten Magetan."),
        ),
    ),
    Story(
        _S.WITH_INSTANSI,
        (Act(_A.REQUEST_COMPLETION, (4, "09.00"), by=Role.ADMIN_INSTANSI),),
    ),
    Story(_S.WITH_INSTANSI, (Act(_A.VERIFY, 12),), times=2),
    Story(_S.WITH_INSTANSI, (Act(_A.VERIFY, (1, "14.00")),), times=2),
    Story(
        _S.WITH_INSTANSI,
        (
            said(_A.VERIFY, (6, "09.00"), case_class="supervisory"),
            Act(_A.DISPOSE, (6, "09.30")),
            Act(_A.HAND_OVER, (5, "10.00")),
        ),
    ),
    Story(_S.WITH_LIAISON, (said(_A.REFUSE_OPD, 20, reason=_ANOTHER_OPD),)),
    Story(_S.WITH_LIAISON, (said(_A.REFUSE_OPD, (1, "13.10"), reason=_ANOTHER_OPD),)),
    Story(
        _S.WITH_UNIT,
        (Act(_A.FINISH_FOLLOW_UP, 40, file="laporan.pdf"), Act(_A.ANSWER, 15)),
        times=4,
    ),
    Story(
        _S.WITH_UNIT,
        (
            Act(_A.FINISH_FOLLOW_UP, (2, "10.00"), file="sesudah.jpg"),
            Act(_A.ANSWER, (2, "10.35")),
        ),
        times=4,
    ),
    Story(_S.ANSWERED, (Act(_A.REGISTER, (10, "11.00")),), times=2),
    Story(_S.ANSWERED, (Act(_A.REGISTER, (4, "13.00")),), times=8),
    Story(
        _S.ANSWERED,
        (
            Act(_A.REGISTER, (8, "10.30")),
            said(_A.RECORD_FEEDBACK, (5, "09.15"), text="Sudah beres, terima kasih.", rating="5"),
        ),
        times=2,
    ),
    Story(
        _S.CLOSED,
        (
            said(
                _A.CORRECT,
                (3, "15.00"),
                field="kelurahan",
                value="Balai Desa Lama",
                reason="Pelapor menelepon: salah pilih desa.",
            ),
        ),
    ),
    # -- Unit Kerja
    Story(
        _S.WITH_LIAISON,
        (
            Act(_A.HAND_OVER, (3, "09.20")),
            Act(_A.RECORD_PROGRESS, (2, "14.10"), file="tinjauan.png"),
            said(_A.RECORD_PROGRESS, (1, "11.00"), text="Jadwal disepakati dengan kepala desa."),
        ),
        times=3,
    ),
    Story(
        _S.WITH_LIAISON,
        (
            said(_A.REFUSE_OPD, (15, "13.00"), reason=_ANOTHER_OPD),
            said(_A.DISPOSE, (14, "09.30"), instruction="Sudah dipastikan: kewenangan OPD ini."),
            Act(_A.HAND_OVER, (13, "10.00")),
            Act(_A.RECORD_PROGRESS, (6, "10.40"), by=Role.PEJABAT_PENGHUBUNG),
        ),
        times=2,
    ),
    Story(
        _S.WITH_LIAISON,
        (
            Act(_A.HAND_OVER, (22, "09.20")),
            Act(_A.RECORD_PROGRESS, (12, "08.15"), file="survei.jpg", happened=(17, "10.00")),
        ),
        times=2,
    ),
    Story(_S.WITH_UNIT, (Act(_A.FINISH_FOLLOW_UP, 25, file="laporan.pdf"),), times=2),
    Story(_S.WITH_UNIT, (Act(_A.FINISH_FOLLOW_UP, (1, "11.00")),)),
    Story(
        _S.WITH_UNIT,
        (
            Act(_A.FINISH_FOLLOW_UP, (2, "09.30")),
            Act(_A.ANSWER, (2, "10.00")),
            said(_A.RETURN_ANSWER, 40, reason="Sebutkan tanggal perbaikan dan nama petugasnya."),
        ),
    ),
    Story(
        _S.WITH_UNIT,
        (
            Act(_A.FINISH_FOLLOW_UP, (3, "09.30")),
            Act(_A.ANSWER, (3, "10.00")),
            said(_A.RETURN_ANSWER, (1, "14.00"), reason="Jawaban belum menyebut hasilnya."),
        ),
    ),
    Story(
        _S.ANSWERED,
        (
            Act(_A.REGISTER, (7, "10.30")),
            said(
                _A.RECORD_FEEDBACK,
                (3, "09.15"),
                satisfied="tidak",
                text="Masalahnya muncul lagi dua hari kemudian.",
                rating="2",
            ),
            said(_A.RECORD_PROGRESS, (2, "10.00"), text="Ditinjau ulang bersama pelapor."),
        ),
    ),
    Story(
        _S.WITH_LIAISON, (Act(_A.HAND_OVER, (66, "09.00")), Act(_A.RECORD_PROGRESS, (40, "10.00")))
    ),
)


@dataclass(frozen=True, slots=True)
class Usual:
    """What leads on from `source` when nothing special happens, on which working day, and when."""

    source: Status
    action: Action
    day: int
    clock: str


FLOW = (
    Usual(_S.ARRIVED, _A.RECEIVE, 0, "07.50"),
    Usual(_S.RECEIVED, _A.FORWARD, 0, "10.20"),
    Usual(_S.WITH_INSTANSI, _A.VERIFY, 1, "08.50"),
    Usual(_S.VERIFIED, _A.DISPOSE, 1, "09.20"),
    Usual(_S.WITH_LIAISON, _A.HAND_OVER, 2, "09.30"),
    Usual(_S.WITH_UNIT, _A.FINISH_FOLLOW_UP, 5, "10.30"),
    Usual(_S.WITH_UNIT, _A.ANSWER, 5, "11.10"),
    Usual(_S.ANSWERED, _A.REGISTER, 5, "13.30"),
)
