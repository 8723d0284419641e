"""The WhatsApp message that hands a complaint to an OPD: step 4's output of the SOP."""

from datetime import datetime
from urllib.parse import quote

from babel.dates import format_datetime

from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass


def handover_message(
    *,
    tracking_id: str,
    case_class: CaseClass,
    opd: str,
    due: datetime,
    link: str,
    confidential: bool,
) -> str:
    """What is posted in the group: Indonesian whatever the screen's language, `due` in WIB.

    Neither the reporter nor a word of the complaint is an argument, so that none can slip in: a
    group has more readers than the desk.
    """
    moment = format_datetime(due.astimezone(ZONE), "EEEE, d MMMM y 'pukul' HH.mm", locale="id")
    lines = [
        f"*Pengaduan SP4N-LAPOR! #{tracking_id}*",
        f"Kepada: Pejabat Penghubung {opd}",
        f"Klasifikasi: {case_class.label}",
        f"Batas diteruskan ke unit kerja: {moment} WIB",
        f"Mohon tanda terima di portal: {link}",
    ]
    if confidential:
        lines.append("Bersifat RAHASIA: jangan dibahas di grup ini.")
    return "\n".join(lines)


def whatsapp_link(message: str) -> str:
    """The address that opens WhatsApp with `message` ready to be sent to a chosen group."""
    return f"https://wa.me/?text={quote(message)}"
