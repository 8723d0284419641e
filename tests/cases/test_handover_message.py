"""The message for the OPD's WhatsApp group: what it says, and what it can never say."""

from datetime import datetime
from inspect import signature
from urllib.parse import parse_qs, urlsplit

from portal.cases.handover_message import handover_message, whatsapp_link
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass

DUE = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)


def message(*, confidential: bool = False) -> str:
    return handover_message(
        tracking_id="9155064",
        case_class=CaseClass.SUPERVISORY,
        opd="Dinas Perhubungan",
        due=DUE,
        link="https://portal.example/pengaduan/9155064",
        confidential=confidential,
    )


def test_it_names_the_number_the_class_the_opd_the_deadline_and_the_link() -> None:
    assert message().splitlines() == [
        "*Pengaduan SP4N-LAPOR! #9155064*",
        "Kepada: Pejabat Penghubung Dinas Perhubungan",
        "Klasifikasi: Pengaduan berkadar pengawasan",
        "Batas diteruskan ke unit kerja: Selasa, 24 November 2026 pukul 09.00 WIB",
        "Mohon tanda terima di portal: https://portal.example/pengaduan/9155064",
    ]


def test_a_confidential_complaint_is_not_to_be_discussed_in_the_group() -> None:
    assert "RAHASIA" in message(confidential=True)
    assert "RAHASIA" not in message()


def test_neither_the_reporter_nor_the_text_can_reach_it() -> None:
    given = set(signature(handover_message).parameters)
    assert not given & {"complaint", "title", "body", "reporter", "reporter_name", "category"}


def test_the_whatsapp_link_carries_the_message_as_it_is() -> None:
    link = whatsapp_link(message())
    assert urlsplit(link).netloc == "wa.me"
    assert parse_qs(urlsplit(link).query)["text"] == [message()]
    assert "+" not in link
