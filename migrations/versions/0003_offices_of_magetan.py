"""offices of Magetan"""

import sqlalchemy as sa
from alembic import op

from portal.lapor.words import normalise_name

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANSI = "Pemerintah Kabupaten Magetan"
# Names as found in public sources; the administrator corrects them. With each, how LAPOR! has
# been seen to write it.
OPD = {
    "Dinas Kearsipan dan Perpustakaan": [],
    "Dinas Pendidikan, Kepemudaan dan Olahraga": ["DIKPORA", "DIKPORA MAGETAN"],
    "Dinas Kesehatan": ["DINKES"],
    "Dinas Koperasi dan Usaha Mikro": [],
    "Dinas Sosial": ["DINSOS"],
    "Dinas Perhubungan": ["DISHUB"],
    "Dinas Peternakan dan Perikanan": [],
    "Dinas Tenaga Kerja": [],
    "Dinas Pariwisata dan Kebudayaan": ["DISPARBUD", "DISPARBUD MAGETAN"],
    "Dinas Kependudukan dan Pencatatan Sipil": [
        "DISPENDUKCAPIL",
        "DISPENDUKCAPIL MAGETAN",
        "Disdukcapil",
    ],
    "Dinas Perindustrian dan Perdagangan": [],
    "Dinas Lingkungan Hidup dan Pangan": ["DLH", "DLH Magetan", "Dinas Lingkungan Hidup"],
    "Dinas Pemberdayaan Masyarakat dan Desa": [],
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu": ["DPMPTSP", "DPM PTSP"],
    "Dinas Pekerjaan Umum dan Penataan Ruang": [
        "DPUPR",
        "DPUPR Magetan",
        "Dinas PU dan Penataan Ruang",
    ],
    "Dinas Pengendalian Penduduk, Keluarga Berencana, Pemberdayaan Perempuan dan "
    "Perlindungan Anak": [],
    "Dinas Komunikasi dan Informatika": ["DISKOMINFO"],
    "Dinas Perumahan dan Kawasan Permukiman": [],
    "Dinas Tanaman Pangan, Hortikultura dan Perkebunan": ["DTPHP", "DTPHP MAGETAN"],
    "Badan Kesatuan Bangsa dan Politik": [],
    "Badan Kepegawaian dan Pengembangan SDM": [],
    "Badan Penanggulangan Bencana Daerah": ["BPBD"],
    "Badan Pengelolaan Keuangan dan Pendapatan Daerah": [],
    "Badan Perencanaan Pembangunan, Penelitian dan Pengembangan": [],
    "Sekretariat DPRD": [],
    "Satuan Polisi Pamong Praja dan Pemadam Kebakaran": ["SATPOL PP", "SATPOL PP MAGETAN"],
    "RSUD dr. Sayidiman": [],
    "Inspektorat": [],
    "Bagian Tata Pemerintahan Sekretariat Daerah": [],
    "Bagian Organisasi Sekretariat Daerah": [],
    "Bagian Perekonomian dan SDA Sekretariat Daerah": [],
}
KECAMATAN = (
    "Magetan, Panekan, Plaosan, Poncol, Parang, Lembeyan, Kawedanan, Takeran, Bendo, Maospati, "
    "Barat, Karangrejo, Kartoharjo, Karas, Sukomoro, Ngariboyo, Nguntoronadi, Sidorejo"
)


def upgrade() -> None:
    instansi = sa.table("instansi", sa.column("id"), sa.column("name"))
    opd = sa.table(
        "opd", sa.column("id"), sa.column("instansi_id"), sa.column("name"), sa.column("active")
    )
    spelling = sa.table("opd_spelling", sa.column("normal"), sa.column("text"), sa.column("opd_id"))
    kecamatan = sa.table("kecamatan", sa.column("name"))
    connection = op.get_bind()
    connection.execute(instansi.insert(), {"name": INSTANSI})
    own = connection.scalar(sa.select(instansi.c.id))
    rows = [{"instansi_id": own, "name": name, "active": True} for name in OPD]
    connection.execute(opd.insert(), rows)
    ids = dict(connection.execute(sa.select(opd.c.name, opd.c.id)).tuples().all())
    spellings = {
        normalise_name(text): {"text": text, "opd_id": ids[name]}
        for name, others in OPD.items()
        for text in (name, *others)
    }
    rows = [{"normal": normal, **row} for normal, row in spellings.items()]
    connection.execute(spelling.insert(), rows)
    connection.execute(kecamatan.insert(), [{"name": name} for name in KECAMATAN.split(", ")])


def downgrade() -> None:
    for table in ("kecamatan", "opd_spelling", "opd", "instansi"):
        op.execute(sa.table(table).delete())
