"""Complaints of the demo that did not come by LAPOR!: by letter, telephone, in person.

Those with acts fill the desks of one OPD, the Dinas Perhubungan, with every state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.demo.stories import Act, When, said
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action as A


@dataclass(frozen=True, slots=True)
class Typed:
    """At whose desk a complaint is entered and when, the form, and what is done to it then."""

    role: Role
    when: When
    answers: Mapping[str, str]
    file: str = ""
    acts: tuple[Act, ...] = ()


def _at_dishub(
    when: When, title: str, kecamatan: str, acts: tuple[Act, ...], **answers: str
) -> Typed:
    form = {
        "title": title,
        "body": f"{title}, Kecamatan {kecamatan}. Warga memohon segera ditangani.",
        "case_class": "complaint",
        "category": "Lampu Penerangan Jalan Umum",
        "source": "Telepon",
        "kecamatan": kecamatan,
        "reporter_name": "Endang Sulastri",
    }
    return Typed(Role.ADMIN_INSTANSI, when, form | answers, acts=acts)


ENTRIES = (
    Typed(
        Role.ADMIN_INSTANSI,
        90,
        {
            "title": "Trotoar depan pasar ditutup lapak",
            "body": "Surat warga: trotoar di depan Pasar Sayur tidak dapat dilalui kursi roda.",
            "case_class": "complaint",
            "category": "Ketertiban Umum",
            "source": "Surat",
            "kecamatan": "Magetan",
            "kelurahan": "Selosari",
            "reporter_name": "Paguyuban Warga Selosari",
        },
        "surat.pdf",
    ),
    Typed(
        Role.ADMIN_INSTANSI,
        20,
        {
            "title": "Permintaan uang di loket pelayanan",
            "body": "Pelapor diminta uang di luar tarif di sebuah loket dan memohon dirahasiakan.",
            "case_class": "complaint",
            "source": "Datang langsung",
            "kecamatan": "Maospati",
            "reporter_name": "Suwarno",
            "reporter_phone": "0812-0000-0099",
            "confidential": "1",
        },
    ),
    Typed(
        Role.ADMIN_NASIONAL,
        8,
        {
            "title": "Pohon condong di jalan menuju Sarangan",
            "body": "Pohon besar condong ke jalan setelah hujan semalam, dikhawatirkan tumbang.",
            "case_class": "complaint",
            "category": "Pengelolaan Sampah",
            "source": "Telepon",
            "kecamatan": "Plaosan",
            "kelurahan": "Sarangan",
            "reporter_name": "Anonim",
            "anonymous": "1",
        },
    ),
    Typed(
        Role.ADMIN_NASIONAL,
        3,
        {
            "title": "Jadwal perekaman KTP keliling",
            "body": "Kapan perekaman KTP keliling datang ke Kecamatan Lembeyan?",
            "case_class": "information",
            "category": "KTP dan Kartu Keluarga",
            "source": "Whatsapp",
            "kecamatan": "Lembeyan",
            "reporter_name": "Kartini Wulandari",
        },
    ),
    # -- at the Pejabat Penghubung
    _at_dishub(100, "PJU padam di Tawanganom", "Magetan", (Act(A.VERIFY, 75), Act(A.DISPOSE, 30))),
    _at_dishub(
        (1, "13.00"),
        "PJU padam di Tapak",
        "Panekan",
        (
            Act(A.VERIFY, (1, "13.10")),
            Act(A.DISPOSE, (1, "13.30")),
            Act(A.ACKNOWLEDGE, (1, "14.00")),
        ),
        confidential="1",
    ),
    _at_dishub(
        (5, "08.30"),
        "Lampu merah rusak di simpang tiga Gorang-Gareng",
        "Kawedanan",
        (Act(A.VERIFY, (5, "08.50")), Act(A.DISPOSE, (5, "09.20"))),
    ),
    _at_dishub(
        (3, "10.00"),
        "Lampu merah rusak depan terminal",
        "Maospati",
        (
            Act(A.VERIFY, (3, "10.20")),
            Act(A.DISPOSE, (3, "10.50")),
            Act(A.HAND_OVER, (2, "09.00")),
            said(A.REFUSE_UNIT, 45, reason="Terminal tipe B ditangani provinsi; mohon dicek."),
        ),
    ),
    # -- at the units
    _at_dishub(
        (3, "08.00"),
        "PJU padam di Kepolorejo",
        "Magetan",
        (
            Act(A.VERIFY, (3, "08.15")),
            Act(A.DISPOSE, (3, "08.45")),
            Act(A.HAND_OVER, (2, "09.30")),
            Act(A.RECORD_PROGRESS, (1, "13.40"), file="panel.jpg"),
        ),
    ),
    _at_dishub(
        (5, "09.00"),
        "Jadwal pemasangan PJU di Genilangit",
        "Poncol",
        (
            Act(A.VERIFY, (5, "09.15")),
            Act(A.DISPOSE, (5, "09.40")),
            Act(A.HAND_OVER, (4, "10.00")),
        ),
        case_class="information",
    ),
    _at_dishub(
        (9, "09.00"),
        "Usulan PJU di Sayutan",
        "Parang",
        (
            Act(A.VERIFY, (9, "09.15")),
            Act(A.DISPOSE, (9, "09.40")),
            Act(A.HAND_OVER, (8, "10.00")),
            Act(A.RECORD_PROGRESS, (5, "11.00")),
        ),
        case_class="aspiration",
        anonymous="1",
        reporter_name="Anonim",
    ),
    _at_dishub(
        (4, "09.00"),
        "PJU padam di Banyudono",
        "Ngariboyo",
        (
            Act(A.VERIFY, (4, "09.10")),
            Act(A.DISPOSE, (4, "09.40")),
            Act(A.HAND_OVER, (3, "08.30")),
            said(A.DISCLOSE, (2, "09.00"), reason="Meminta pelapor menunjukkan tiangnya."),
            Act(A.FINISH_FOLLOW_UP, 20, file="laporan.pdf"),
        ),
        confidential="1",
    ),
    _at_dishub(
        (6, "09.00"),
        "Lampu merah mati di Kraton",
        "Maospati",
        (
            Act(A.VERIFY, (6, "09.10")),
            Act(A.DISPOSE, (6, "09.40")),
            Act(A.HAND_OVER, (5, "08.30")),
            Act(A.FINISH_FOLLOW_UP, (1, "10.00")),
            Act(A.ANSWER, (1, "10.30")),
            said(A.RETURN_ANSWER, 50, reason="Sebutkan kapan lampu mulai menyala."),
        ),
    ),
    _at_dishub(
        (2, "10.00"),
        "Parkir liar di bahu jalan Pasar Plaosan",
        "Plaosan",
        (
            Act(A.VERIFY, (2, "10.10")),
            Act(A.DISPOSE, (2, "10.40")),
            Act(A.HAND_OVER, (1, "08.30")),
        ),
    ),
    _at_dishub(
        (17, "10.00"),
        "Parkir liar tanpa karcis di Alun-Alun",
        "Magetan",
        (
            Act(A.VERIFY, (17, "10.10")),
            Act(A.DISPOSE, (17, "10.40")),
            Act(A.HAND_OVER, (16, "08.30")),
            Act(A.RECORD_PROGRESS, (7, "09.00"), file="lokasi.png"),
        ),
    ),
)
