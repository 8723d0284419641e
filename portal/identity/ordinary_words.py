"""Indonesian words that are also (part of) names, or stand where a reporter's name is asked for.

With a small letter they tell of nobody: "sudah sepuluh hari", "warga desa", "jalan maospati".
"""

_WORDS = """
abadi adat adil agama air aktif alam aman amanah anak anggota angin arti asli asri atas awal
bagus bahagia bahari baik barat baru bawah bendo berkah berlian besar bin bintang binti bulan
bumi bunga cahaya camat cantik cinta dalam damai dan dari dasar depan desa desember dewan dewasa
dinas dini doa dusun emas forum gunung guru hamba harapan hari hati hijau ibu ikhlas indah
indonesia jalan januari jati jaya jujur juli juni kabupaten kampung karangrejo karas kartoharjo
karya kasih kawan kawedanan kecamatan kecil kelompok keluarga kelurahan kepala kerja ketua kirim
komunitas kota lapor laporan lembeyan lima lingkungan lurah lurus magetan maju makmur mandiri
maospati masyarakat mawar mei merdeka meriah muda mulia murah murni musim mutiara nama nasional
negara ngariboyo nguntoronadi nilai nusantara oktober orang pagi panca panekan para parang pasar
peduli pelapor pembangunan pemuda pengendara pengguna perdana perhubungan permai pertama plaosan
polisi poncol puri putih putra putri raja rakyat ramai rapi raya rejeki rezeki rukun sabar saksi
salam satu saya sejahtera sejati selamat selatan senang sendiri seni sentosa sepuluh setia siang
sidorejo sopir sosial subuh sukomoro sukses sumber supir takeran tani teladan tenang tengah
terang terminal tiga timur toko tua tunggal usaha utama utara wakil waktu warga warna wiraswasta
yang
"""
ORDINARY_WORDS = frozenset(_WORDS.split())
