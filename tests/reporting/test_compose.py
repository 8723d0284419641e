"""Papers as HTML: what they say, in how many parts, and by which key they are known."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from portal.models import Seal
from portal.reporting import compose
from portal.reporting.compose import (
    RegisterPaper,
    compose_register,
    compose_report,
    with_known_glyphs,
)
from portal.reporting.figures import Count
from portal.reporting.paper import Marks, PaperSettings, Signer
from portal.reporting.report_paper import Addendum, Change
from tests.reporting.papers import DATA_AT, MONTH, SIGNER, register_rows, report_paper


def html(complaints: int = 5, **changes: Any) -> str:
    (document,) = compose_report(report_paper(complaints, **changes)).documents
    return document


def register_paper(rows: list[int], **more: Any) -> RegisterPaper:
    months = [
        (date(2026, no, 1), register_rows(count, date(2026, no, 1)) if count else [])
        for no, count in enumerate(rows, 1)
    ]
    return RegisterPaper(PaperSettings(), 2026, months, DATA_AT, **more)


def test_the_report_has_its_seven_chapters_in_order() -> None:
    document = html()
    heads = ("I. Pendahuluan", "II. Rekapitulasi", "III. Kinerja waktu", "IV. Tren")
    heads += ("V. Permasalahan", "VI. Rekomendasi", "VII. Penutup", "REGISTER PENGADUAN")
    places = [document.index(f">{head}") for head in heads]
    assert places == sorted(places)


def test_the_laws_carry_our_notes_unless_these_are_switched_off() -> None:
    assert "agaknya Undang-Undang Nomor 14 Tahun 2008" in html()
    assert "agaknya" not in html(settings=PaperSettings(errata=False))


def test_the_rules_of_counting_and_the_moment_of_the_figures_are_stated() -> None:
    document = html()
    assert "Bulan dihitung menurut kalender setempat (WIB)." in document
    assert "Angka dihitung dari portal pada Senin, 5 Oktober 2026 09.00 WIB." in document


def test_the_seal_of_the_history_is_printed_beside_the_moment_of_the_figures() -> None:
    document = html(seal=Seal(date(2026, 10, 5), 1412, "ab" * 32))
    assert f"1.412 catatan, SHA-256 {'ab' * 32}." in " ".join(document.split())
    assert "Segel riwayat" not in html()


def test_the_sheet_of_the_sop_has_reality_beside_it() -> None:
    figures = report_paper(5).figures
    step = replace(figures.month.steps[3], on_time_passages=30, late_passages=10, median_minutes=95)
    steps = (*figures.month.steps[:3], step, *figures.month.steps[4:])
    document = html(figures=replace(figures, month=replace(figures.month, steps=steps)))
    row = document[document.index("Disposisi Laporan Kepada Pejabat Penghubung OPD") :]
    row = row[: row.index("</tr>")]
    cells = '<td class="c real">{}</td>'
    assert "".join(map(cells.format, ("40", "1 jam 35 menit", "75,0%"))) in row


def test_texts_of_officers_are_text_and_never_markup() -> None:
    texts = {**report_paper(5).texts, "closing": "<script>alert(1)</script> & selesai."}
    document = html(texts=texts)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; selesai." in document
    assert "<script" not in document


def test_only_a_draft_is_marked_as_one() -> None:
    assert '<div class="draft">DRAF</div>' in html(marks=Marks(draft=True))
    assert "DRAF</div>" not in html()


def test_where_the_paper_can_be_checked_stands_on_it_with_its_code() -> None:
    marks = Marks(check_url="https://contoh.id/verifikasi/K7MX", qr="<svg id=kode></svg>")
    document = html(marks=marks)
    assert "https://contoh.id/verifikasi/K7MX" in document
    assert "<svg id=kode></svg>" in document
    assert "Keaslian" not in html()


def test_there_is_one_place_for_the_signature_and_it_is_in_the_letter() -> None:
    document = html()
    assert document.count('id="tanda-tangan"') == 1
    assert document.index("tanda-tangan") < document.index("I. Pendahuluan")


def test_an_acting_head_signs_as_one_and_nobody_leaves_room_for_ink() -> None:
    assert "<p>Plt. Kepala Dinas,</p>" in html(signer=Signer("Kepala Dinas", "R", acting="Plt."))
    assert '<p class="name">......' in html(signer=Signer("Kepala Dinas", ""))


def test_an_addendum_says_what_it_corrects_and_why() -> None:
    addendum = Addendum("065/9/2026", date(2026, 10, 5), "Impor.", (Change("Masuk", "4", "5"),))
    document = html(addendum=addendum)
    assert "Adendum Laporan Pengelolaan Pengaduan Masyarakat Bulan September 2026" in document
    assert "Nomor 065/9/2026 tanggal 5 Oktober 2026. Impor." in document
    assert '<th scope="row">Masuk</th><td class="n">4</td><td class="n">5</td>' in document


def test_an_addendum_that_corrects_no_figure_says_so_and_has_no_empty_table() -> None:
    document = html(addendum=Addendum("065/9/2026", date(2026, 10, 5), "Salah jabatan.", ()))
    assert "Salah jabatan." in document
    assert "Angka bulan ini tidak berubah." in document
    assert "Angka yang berubah" not in document


def test_a_month_without_complaints_prints_as_nil() -> None:
    document = html(0)
    assert "Nihil: tidak ada pengaduan yang masuk." in document
    assert "<figure>" not in document
    assert "Tren dua belas bulan" not in document
    assert "Kinerja waktu tiap langkah SOP" not in document


def test_what_was_not_filled_in_is_called_so_and_many_rows_are_summed_up() -> None:
    figures = report_paper(5).figures
    many = {f"Kategori {no}": Count((no,)) for no in range(20)} | {"": Count((99,))}
    by = {
        **figures.month.by,
        "category": many,
        "opd": {"": Count((1,)), "Dinas Sosial": Count((2,))},
    }
    document = html(figures=replace(figures, month=replace(figures.month, by=by)))
    assert '<th scope="row">Lainnya (8)</th><td class="n">8</td>' in document
    assert '<th scope="row">Tidak disebut</th><td class="n">1</td>' in document
    assert "Belum didisposisi ke OPD" in document


def test_a_table_that_tells_nothing_apart_is_left_out() -> None:
    figures = report_paper(5).figures
    by = {**figures.month.by, "unit": {"": Count((1, 2))}}
    document = html(figures=replace(figures, month=replace(figures.month, by=by)))
    assert "Masuk menurut unit kerja" not in document
    assert "Masuk menurut OPD" in document


def test_a_long_register_is_printed_in_parts_that_lose_no_line() -> None:
    documents = compose_report(report_paper(700)).documents
    assert len(documents) == 5
    assert "REGISTER PENGADUAN" not in documents[0]
    assert "nomor 1 sampai 200" in documents[1]
    assert "nomor 601 sampai 700" in documents[-1]
    ids = [f"<td>{9_500_000 + no}</td>" for no in range(700)]
    assert all(sum(document.count(id) for document in documents) == 1 for id in ids)
    assert not any("dari " + "counter" in document for document in documents)


def test_pages_that_are_all_of_a_paper_say_of_how_many_they_are() -> None:
    assert 'counter(page) " dari " counter(pages)' in html()
    assert "counter(pages)" not in compose_report(report_paper(700)).documents[1]


def test_a_years_register_keeps_small_months_together() -> None:
    (document,) = compose_register(register_paper([10, 0, 20])).documents
    assert "Bulan Januari 2026" in document
    assert "Nihil: tidak ada pengaduan yang masuk." in document
    assert "30 pengaduan menurut bulan masuknya" in document
    assert SIGNER.signed_name not in document


def test_a_years_register_is_parted_at_its_months_and_signed_at_its_end() -> None:
    documents = compose_register(register_paper([150, 150, 450], signer=SIGNER)).documents
    assert [document.count("<h2>") for document in documents] == [1, 1, 1, 2]
    assert "Bulan Maret 2026, nomor 401 sampai 450" in documents[-1]
    assert [SIGNER.signed_name in document for document in documents] == [False] * 3 + [True]
    assert ["letterhead" in document.split("</style>")[1] for document in documents] == [
        True,
        *[False] * 3,
    ]


def test_the_same_data_have_the_same_key_and_others_another() -> None:
    key = compose_report(report_paper(5)).key
    assert compose_report(report_paper(5)).key == key
    assert compose_report(report_paper(6)).key != key
    later = report_paper(5, data_at=DATA_AT + timedelta(minutes=1))
    assert compose_report(later).key != key


def test_another_weasyprint_makes_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    composed = compose_report(report_paper(0))
    key = composed.key
    monkeypatch.setattr(compose, "version", lambda name: "99")
    assert composed.key != key


def test_signs_that_the_font_lacks_become_a_box_or_go() -> None:
    assert with_known_glyphs("Rusak 😡 sekali") == "Rusak □ sekali"
    assert with_known_glyphs("a\u200bb\ufe0fc") == "abc"
    assert with_known_glyphs("Ó – “kutip” → ≥") == "Ó – “kutip” → ≥"


def test_the_month_of_a_report_is_in_its_title() -> None:
    title = f"Laporan Pengelolaan Pengaduan Masyarakat Bulan {MONTH:September %Y}"
    assert compose_report(report_paper(0)).title == title
