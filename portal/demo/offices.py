"""The work units of the demo: what they take, and what they usually write about it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """A unit of an OPD. `kinds`: each kind of complaint with words of the titles that it has."""

    opd: str
    name: str
    kinds: Mapping[str, tuple[str, ...]]
    progress: str
    report: str
    answer: str

    def kind_of(self, title: str) -> str | None:
        """The kind of complaint that a title tells of; None for what the unit does not take."""
        text = title.casefold()
        return next(
            (kind for kind, words in self.kinds.items() if any(word in text for word in words)),
            None,
        )


DISHUB = "Dinas Perhubungan"
PUPR = "Dinas Pekerjaan Umum dan Penataan Ruang"
DLHP = "Dinas Lingkungan Hidup dan Pangan"
DINKES = "Dinas Kesehatan"
DINSOS = "Dinas Sosial"
DUKCAPIL = "Dinas Kependudukan dan Pencatatan Sipil"
DIKPORA = "Dinas Pendidikan, Kepemudaan dan Olahraga"
SATPOL = "Satuan Polisi Pamong Praja dan Pemadam Kebakaran"
KOMINFO = "Dinas Komunikasi dan Informatika"

UNITS = (
    Work(
        DISHUB,
        "Bidang Lalu Lintas dan Angkutan",
        {"Lampu penerangan jalan": ("pju",), "Lampu lalu lintas": ("lampu merah",)},
        "Petugas memeriksa panel dan kabel di lokasi; suku cadang sedang diambil dari gudang.",
        "Lampu dan modul yang rusak diganti, sudah diuji menyala pada malam hari.",
        "Terima kasih atas laporannya. Lampu sudah kami perbaiki dan menyala normal kembali. "
        "Bila padam lagi, mohon sampaikan nomor tiangnya.",
    ),
    Work(
        DISHUB,
        "UPT Perparkiran",
        {"Parkir liar": ("parkir",)},
        "Juru parkir di lokasi sudah didata dan diberi penjelasan tentang tarif resmi.",
        "Penataan parkir bersama petugas pasar; rambu larangan dipasang dan karcis dibagikan.",
        "Terima kasih atas laporannya. Parkir di lokasi sudah kami tata dan juru parkir tanpa "
        "karcis sudah kami tegur. Mohon selalu meminta karcis resmi.",
    ),
    Work(
        PUPR,
        "Bidang Bina Marga",
        {"Jalan rusak": ("jalan rusak", "aspal"), "Talud dan bahu jalan": ("talud",)},
        "Lokasi sudah ditinjau dan diukur; material masuk jadwal pekan ini.",
        "Lubang ditambal dengan aspal dingin, rambu sementara sudah diangkat.",
        "Terima kasih atas laporannya. Kerusakan sudah diperbaiki oleh regu pemeliharaan jalan. "
        "Perbaikan menyeluruh diusulkan pada anggaran berikutnya.",
    ),
    Work(
        PUPR,
        "Bidang Sumber Daya Air",
        {"Drainase": ("drainase", "saluran")},
        "Regu membersihkan sedimen di mulut gorong-gorong; sisa saluran menyusul.",
        "Saluran sepanjang 120 meter dinormalisasi dan sampah di saringan diangkat.",
        "Terima kasih atas laporannya. Saluran sudah kami bersihkan sehingga air mengalir lagi. "
        "Mohon warga ikut menjaga agar tidak ada sampah di saluran.",
    ),
    Work(
        DLHP,
        "Bidang Pengelolaan Sampah",
        {"Sampah": ("sampah",)},
        "Armada tambahan dijadwalkan; TPS sudah disemprot untuk mengurangi lalat.",
        "Timbunan sampah diangkut dua rit, jadwal pengangkutan ditambah menjadi tiap dua hari.",
        "Terima kasih atas laporannya. Sampah sudah diangkut dan jadwal pengangkutan di TPS itu "
        "kami tambah.",
    ),
    Work(
        DLHP,
        "Bidang Pengendalian Pencemaran",
        {"Limbah": ("limbah",), "Pohon tumbang": ("pohon",)},
        "Petugas mengambil contoh air dan mendatangi pemilik usaha.",
        "Pemilik usaha menandatangani kesanggupan membuat bak penampungan dalam 30 hari.",
        "Terima kasih atas laporannya. Lokasi sudah kami datangi dan penanggung jawabnya sudah "
        "diberi peringatan tertulis. Pelaksanaannya kami pantau.",
    ),
    Work(
        DINKES,
        "Bidang Pelayanan Kesehatan",
        {"Pelayanan puskesmas": ("antrean", "puskesmas"), "Ketersediaan obat": ("obat",)},
        "Kepala puskesmas sudah dimintai keterangan; jadwal dokter sedang ditata ulang.",
        "Jadwal jaga diperbaiki, antrean lansia dipisahkan, persediaan obat ditambah.",
        "Terima kasih atas laporannya. Kami mohon maaf atas pelayanan itu; jadwal jaga dan "
        "persediaan sudah diperbaiki oleh puskesmas.",
    ),
    Work(
        DINKES,
        "Bidang Pencegahan dan Pengendalian Penyakit",
        {"Imunisasi": ("vaksin", "imunisasi")},
        "Permintaan vaksin sudah dikirim ke provinsi.",
        "Vaksin tiba dan dibagikan ke posyandu; jadwal susulan diumumkan kader.",
        "Terima kasih atas laporannya. Vaksin sudah tersedia, imunisasi susulan dilaksanakan pada "
        "jadwal posyandu berikutnya.",
    ),
    Work(
        DINSOS,
        "Bidang Perlindungan dan Jaminan Sosial",
        {"Bantuan sosial": ("bansos", "kks"), "Orang terlantar": ("terlantar",)},
        "Pendamping mendatangi alamat bersama perangkat desa.",
        "Data diperiksa di lapangan dan usulan perbaikan dikirim lewat aplikasi data bantuan.",
        "Terima kasih atas laporannya. Data sudah kami periksa di lapangan dan usulan "
        "perbaikannya sudah dikirim ke pusat.",
    ),
    Work(
        DUKCAPIL,
        "Bidang Pelayanan Pendaftaran Penduduk",
        {"KTP elektronik": ("ktp",), "NIK dan akta": ("nik", "akta")},
        "Berkas ditemukan; data dicocokkan dengan pusat.",
        "Data dibetulkan dan dokumen sudah dicetak.",
        "Terima kasih atas laporannya. Dokumen sudah selesai dan dapat diambil pada jam kerja "
        "dengan membawa kartu keluarga.",
    ),
    Work(
        DIKPORA,
        "Bidang Pembinaan Pendidikan Dasar",
        {"Iuran sekolah": ("iuran",), "Sarana sekolah": ("ruang kelas",), "Guru": ("guru",)},
        "Kepala sekolah dan komite sudah dimintai penjelasan.",
        "Sekolah menghentikan pungutan yang ditentukan besarnya dan memperbaiki yang dilaporkan.",
        "Terima kasih atas laporannya. Kami sudah memanggil pihak sekolah, dan hal yang dilaporkan "
        "sudah diperbaiki.",
    ),
    Work(
        SATPOL,
        "Bidang Ketertiban Umum",
        {"Ketertiban umum": ("kafe", "pkl")},
        "Patroli malam sudah dilakukan; pengelola diberi teguran lisan.",
        "Pengelola menandatangani surat pernyataan mematuhi jam operasional.",
        "Terima kasih atas laporannya. Lokasi sudah kami tertibkan dan akan dipatroli berkala.",
    ),
    Work(
        KOMINFO,
        "Bidang Layanan E-Government",
        {"Internet publik": ("wifi",), "Situs desa": ("situs",)},
        "Perangkat diperiksa dari jauh; teknisi dijadwalkan ke lokasi.",
        "Perangkat diganti dan layanan sudah diuji.",
        "Terima kasih atas laporannya. Layanan sudah pulih dan kami pantau dari kantor.",
    ),
)


def unit_for(opd: str, title: str) -> tuple[Work, str]:
    """Who of an OPD takes a complaint of this title, and as what kind."""
    units = [unit for unit in UNITS if unit.opd == opd]
    for unit in units:
        if kind := unit.kind_of(title):
            return unit, kind
    return units[0], next(iter(units[0].kinds))
