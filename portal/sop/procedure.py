"""SOP 065/403.113/2021 in its own words, and its numbers as versions with a date of effect.

The words are kept verbatim, spelling included; they are printed from here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from portal.sop.office_time import ZONE, Duration
from portal.sop.text import N_


class Role(StrEnum):
    """Who acts: the SOP's four desks, those beside them, and the portal itself."""

    ADMIN_NASIONAL = "admin_nasional"
    ADMIN_INSTANSI = "admin_instansi"
    PEJABAT_PENGHUBUNG = "pejabat_penghubung"
    UNIT_KERJA = "unit_kerja"
    KEPALA_DINAS = "kepala_dinas"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.ADMIN_NASIONAL: N_("Admin Nasional"),
    Role.ADMIN_INSTANSI: N_("Admin Instansi"),
    Role.PEJABAT_PENGHUBUNG: N_("Pejabat Penghubung OPD"),
    Role.UNIT_KERJA: N_("Unit Kerja"),
    Role.KEPALA_DINAS: N_("Kepala Dinas"),
    Role.ADMINISTRATOR: N_("Administrator sistem"),
    Role.SYSTEM: N_("Sistem"),
}
DESKS = (
    Role.ADMIN_NASIONAL,
    Role.ADMIN_INSTANSI,
    Role.PEJABAT_PENGHUBUNG,
    Role.UNIT_KERJA,
)


class CaseClass(StrEnum):
    """What kind of complaint it is; each has its own follow-up limit (PermenPANRB 62/2018)."""

    INFORMATION = "information"
    ASPIRATION = "aspiration"
    COMPLAINT = "complaint"
    SUPERVISORY = "supervisory"

    @property
    def label(self) -> str:
        return _CLASS_LABELS[self]


_CLASS_LABELS = {
    CaseClass.INFORMATION: N_("Permintaan Informasi"),
    CaseClass.ASPIRATION: N_("Aspirasi"),
    CaseClass.COMPLAINT: N_("Pengaduan tidak berkadar pengawasan"),
    CaseClass.SUPERVISORY: N_("Pengaduan berkadar pengawasan"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the SOP's table. `symbol` is its shape on the flowchart, `short` our column head."""

    no: int
    activity: str
    actor: Role
    standard: Duration
    standard_text: str
    requirements: str
    output: str
    note: str
    symbol: str
    short: str


_EQUIPMENT = "Komputer, Sistem, Jaringan Internet"

STEPS = (
    Step(
        no=1,
        activity="Menerima Pengaduan dari Masyarakat Melalui Aplikasi lapor.go.id",
        actor=Role.ADMIN_NASIONAL,
        standard=Duration(15, "m"),
        standard_text="15 menit",
        requirements=_EQUIPMENT,
        output="Laporan Pengaduan Melalui Aplikasi LAPOR",
        note="",
        symbol="terminator",
        short=N_("Terima"),
    ),
    Step(
        no=2,
        activity="Memverifikasi, Identifikasi, dan Disposisi Laporan Kepada Admin Instansi",
        actor=Role.ADMIN_NASIONAL,
        standard=Duration(1, "d"),
        standard_text="1 Hari",
        requirements=_EQUIPMENT,
        output="Laporan Direspon dan Diteruskan ke Admin Instansi",
        note="Jika Pelapor Tidak Melengkapi Data atau Dokumen Maka Laporan Tidak Ditindaklanjuti",
        symbol="process",
        short=N_("Verifikasi"),
    ),
    Step(
        no=3,
        activity="Verifikasi dan Identifikasi Laporan, Apabila Bukan Kewenangan Maka Laporan "
        "Dikembalikan Kepada Admin Nasional",
        actor=Role.ADMIN_INSTANSI,
        standard=Duration(1, "d"),
        standard_text="1 Hari",
        requirements=_EQUIPMENT,
        output="Laporan",
        note="",
        symbol="decision",
        short=N_("Identifikasi"),
    ),
    Step(
        no=4,
        activity="Disposisi Laporan Kepada Pejabat Penghubung OPD",
        actor=Role.ADMIN_INSTANSI,
        standard=Duration(1, "h"),
        standard_text="1 Jam",
        requirements=_EQUIPMENT,
        output="Laporan Tersampaikan Ke Pejabat Penghubung Melalui Group Whatsapp",
        note="",
        symbol="process",
        short=N_("Disposisi"),
    ),
    Step(
        no=5,
        activity="Menerima dan Meneruskan Pengaduan ke Unit Kerja OPD Berdasarkan Jenis Pengaduan",
        actor=Role.PEJABAT_PENGHUBUNG,
        standard=Duration(1, "d"),
        standard_text="1 hari",
        requirements=f"{_EQUIPMENT}, Kajian dan Laporan",
        output="Laporan Pengaduan",
        note="Jika Tidak Ditindak Lanjuti Dalam 60 Hari Kerja Maka Laporan Tersebut Diteruskan "
        "Oleh Sistem ke Ombudsman RI",
        symbol="process",
        short=N_("Teruskan"),
    ),
    Step(
        no=6,
        activity="Memberikan Tanggapan / Jawaban Terhadap Laporan (Aduan Masyarakat)",
        actor=Role.UNIT_KERJA,
        standard=Duration(1, "h"),
        standard_text="1 Jam",
        requirements="Laporan Hasil Tindak Lanjut",
        output="Menerima Hasil Laporan Pengaduan yang Telah Ditindak Lanjuti",
        note="",
        symbol="process",
        short=N_("Tanggapan"),
    ),
    Step(
        no=7,
        activity="Pengelolaan Pengaduan Selesai dan Selanjutnya Pencatatan Sebagai Laporan",
        actor=Role.ADMIN_INSTANSI,
        standard=Duration(1, "h"),
        standard_text="1 Jam",
        requirements="Laporan Baik Secara Manul maupun Elektronik",
        output="Laporan serta Memantau Perkembangan Tanggapan Balik dari Masyarakat",
        note="Jika Dalam 10 Hari Kerja Tidak ada Tanggapan Balik Maka Laporan Dianggap Selesai",
        symbol="terminator",
        short=N_("Catat"),
    ),
)


@dataclass(frozen=True, slots=True)
class Law:
    """A citation as the SOP prints it; `erratum` is our note where it looks wrong, else empty."""

    text: str
    erratum: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The head of the SOP as issued; empty dates are empty there too."""

    title: str = (
        "Standar Operasional Prosedur (SOP) Sistem Pengelolaan Pengaduan Pelayanan Publik "
        "Nasional (SP4N) Layanan Aspirasi Online Rakyat (LAPOR) Kabupaten Magetan"
    )
    office: str = "Dinas Komunikasi dan Informatika Kabupaten Magetan"
    division: str = "Bidang Informasi dan Komunikasi Publik"
    number: str = "065 / 403.113/2021"
    created: str = "Agustus 2021"
    revised_1: str = ""
    revised_2: str = ""
    approved_on: str = ""
    approved_by: str = "Kepala Dinas Komunikasi dan Informatika Kabupaten Magetan"
    approver: str = "CAHAYA WIJAYA, S.STP, M.Si"
    approver_nip: str = "19760520 199511 1 001"
    name: str = "Pengelolaan Pengaduan Melalui Aplikasi SP4N LAPOR!"
    flow_title: str = (
        "Alur Proses Pengelolaan Pengaduan Melalui Aplikasi SP4N-LAPOR! "
        "Pemerintah Kabupaten Magetan"
    )
    laws: tuple[Law, ...] = (
        Law(
            "Undang - Undang Nomor 25 Tahun 2008 tentang Keterbukaan Informasi Publik",
            N_("yang dimaksud agaknya Undang-Undang Nomor 14 Tahun 2008"),
        ),
        Law("Undang - Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik"),
        Law(
            "Undang - Undang Nomor 61 Tahun 2010 tentang Pelaksanaan Undang - Undang "
            "Keterbukaan Informasi",
            N_("yang dimaksud agaknya Peraturan Pemerintah Nomor 61 Tahun 2010"),
        ),
        Law(
            "Peraturan Pemerintah Nomor 72 Tahun 2012 tentang Pelaksanaan Undang - Undang "
            "Nomor 25 Tahun 2009 tentang Pelayanan Publik",
            N_("yang dimaksud agaknya Peraturan Pemerintah Nomor 96 Tahun 2012"),
        ),
        Law(
            "Peraturan Presiden Republik Indonesia Nomor 76 Tahun 2013 tentang Pengelolaan "
            "Pengaduan Pelayanan Publik"
        ),
        Law(
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 24 "
            "Tahun 2014 tentang Pedoman Pengelolaan Pengaduan Pelayanan Publik Secara Nasional"
        ),
        Law(
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 62 "
            "Tahun 2018 tentang Sistem Pengaduan Pelayanan Publik Nasional"
        ),
        Law(
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 46 "
            "Tahun 2020 tentang Roadmap Pengelolaan Pengaduan Pelayanan Publik Nasional"
        ),
    )
    qualifications: tuple[str, ...] = (
        "Menguasai pengoperasian komputer",
        "Memiliki Pemahaman Mengenai Pengaduan Melalui SP4N LAPOR!",
        "Pendidikan D3, S1",
    )
    relations: tuple[str, ...] = (
        "Pengelolaan Pengaduan Melalui SP4N LAPOR!",
        "Penyusunan Laporan Setiap Bulan Kepada Bupati Magetan",
    )
    equipment: tuple[str, ...] = (
        "Komputer / Laptop / Notebook",
        "Koneksi Jaringan / Akses Internet",
    )
    warnings: tuple[str, ...] = (
        "Laporan Pengaduan yang tidak lengkap tidak dapat ditindaklanjuti",
        "Apabila SOP ini tidak dijalankan maka proses penanganan tidak dapat dilaksanakan "
        "sehingga sasaran kegiatan tidak dapat tercapai",
    )
    recording: tuple[str, ...] = (
        "Semua pengaduan tercatat dan di arsipkan baik secara manual maupun elektronik",
    )
    actors: tuple[tuple[Role, str], ...] = (
        (Role.ADMIN_NASIONAL, "Admin Nasional"),
        (Role.ADMIN_INSTANSI, "Admin Instansi"),
        (Role.PEJABAT_PENGHUBUNG, "Pejabat Penghubung OPD"),
        (Role.UNIT_KERJA, "Unit Kerja Terkait di OPD"),
    )
    steps: tuple[Step, ...] = STEPS


SHEET = Sheet()


_ONE_HOUR = Duration(1, "h")


@dataclass(frozen=True)
class Procedure:
    """The numbers and actors of one version of the SOP, in force from `valid_from` (local date).

    Working days unless the name says otherwise. Sources: SOP rows 1-7 (standards), note of row 5
    (ombudsman_days), note of row 7 (feedback_days), PermenPANRB 62/2018 (class_days),
    UU 25/2009 (lapse_calendar_days).
    """

    valid_from: date = date(2021, 8, 1)
    name: str = "SOP 065/403.113/2021"
    standards: Mapping[int, Duration] = field(
        default_factory=lambda: {step.no: step.standard for step in STEPS}
    )
    actors: Mapping[int, Role] = field(
        default_factory=lambda: {step.no: step.actor for step in STEPS}
    )
    class_days: Mapping[CaseClass, int] = field(
        default_factory=lambda: {
            CaseClass.INFORMATION: 5,
            CaseClass.ASPIRATION: 5,
            CaseClass.COMPLAINT: 14,
            CaseClass.SUPERVISORY: 60,
        }
    )
    ombudsman_days: int = 60
    ombudsman_warnings: tuple[int, ...] = (30, 45, 55, 59)
    feedback_days: int = 10
    reminder_days: int = 10
    lapse_calendar_days: int = 30
    acknowledgement: Duration = _ONE_HOUR


# Whom a version may give a step: who acts must also see the complaint at that step.
POSSIBLE_ACTORS: Mapping[int, tuple[Role, ...]] = {
    1: (Role.ADMIN_NASIONAL, Role.ADMIN_INSTANSI),
    2: (Role.ADMIN_NASIONAL, Role.ADMIN_INSTANSI),
    3: (Role.ADMIN_INSTANSI,),
    4: (Role.ADMIN_INSTANSI,),
    5: (Role.PEJABAT_PENGHUBUNG, Role.ADMIN_INSTANSI),
    6: (Role.UNIT_KERJA, Role.PEJABAT_PENGHUBUNG, Role.ADMIN_INSTANSI),
    7: (Role.ADMIN_INSTANSI, Role.PEJABAT_PENGHUBUNG, Role.UNIT_KERJA),
}


@dataclass(frozen=True)
class Procedures:
    """All versions of the SOP; a clock is measured by the one in force when it started."""

    versions: tuple[Procedure, ...] = (Procedure(),)

    def at(self, moment: datetime) -> Procedure:
        """The version in force on the local day of `moment`; before the first, the first."""
        day = moment.astimezone(ZONE).date()
        ordered = sorted(self.versions, key=lambda version: version.valid_from)
        in_force = [version for version in ordered if version.valid_from <= day]
        return in_force[-1] if in_force else ordered[0]


def sheet_in_force(procedure: Procedure) -> Sheet:
    """The sheet with the standards and actors of `procedure` where they differ from its own."""
    steps = (
        replace(
            step,
            actor=procedure.actors[step.no],
            standard=procedure.standards[step.no],
            standard_text=(
                step.standard_text
                if step.standard == procedure.standards[step.no]
                else procedure.standards[step.no].label
            ),
        )
        for step in SHEET.steps
    )
    return replace(SHEET, steps=tuple(steps))
