"""The rules by which the report counts, as the report itself states them (Indonesian always)."""

COUNTING_RULES = (
    "Bulan dihitung menurut kalender setempat (WIB).",
    "Pengaduan masuk pada bulan ia masuk di LAPOR!, juga bila baru kemudian diimpor ke portal.",
    "Perubahan status dihitung pada bulan kejadiannya, bukan pada bulan pencatatannya.",
    "Setiap pengaduan dihitung satu kali: dari mana asalnya pada bulan ini (sisa bulan lalu, "
    "masuk, atau dibuka kembali) dan bagaimana keadaannya pada akhir bulan. Pengaduan yang selesai "
    "lalu dibuka kembali pada bulan yang sama dihitung masih terbuka.",
    "Pengaduan yang sudah berakhir ketika diimpor dihitung masuk dan ditutup di LAPOR! (atau tidak "
    "ditindaklanjuti) pada bulan masuknya.",
    "Dibuka kembali: sudah berakhir sebelum bulan ini, lalu pelapor menyatakan belum puas.",
    "Dianggap selesai: sepuluh hari kerja sejak tanggapan diumumkan tidak ada tanggapan balik "
    "(SOP langkah 7).",
    "Langkah yang dikerjakan di LAPOR! tidak diukur: tidak dihitung tepat waktu maupun terlambat.",
    "Waktu langkah diukur dalam menit kerja, tanpa masa menunggu kelengkapan dari pelapor, dan "
    "dihitung pada bulan langkah itu selesai. Pengaduan yang kembali menempuh langkah itu lagi.",
    "Median dan persentil ke-90 adalah waktu terukur terkecil yang tidak dilampaui oleh separuh "
    "dan sembilan dari sepuluh langkah (peringkat terdekat).",
    "OPD dan unit kerja adalah yang memegang pengaduan pada akhir bulan; klasifikasi menurut akhir "
    "bulan, termasuk koreksi sesudahnya.",
)
