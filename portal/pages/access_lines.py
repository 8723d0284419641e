"""Lines of the log of accounts and sessions, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.language import gettext
from portal.models import FAILURES, Access, AccessEvent
from portal.sop.text import N_

_WORDS = {
    Access.SIGNED_IN: N_("Masuk"),
    Access.SIGNED_IN_BY_RECOVERY: N_("Masuk dengan kode cadangan"),
    Access.WRONG_PASSWORD: N_("Kata sandi salah"),
    Access.WRONG_CODE: N_("Kode salah"),
    Access.TURNED_AWAY: N_("Ditolak: tidak bertugas"),
    Access.SIGNED_OUT: N_("Keluar"),
    Access.SESSIONS_ENDED: N_("Semua sesi diakhiri"),
    Access.PASSWORD_CHANGED: N_("Kata sandi diganti"),
    Access.PASSWORD_RESET: N_("Kata sandi awal dibuat"),
    Access.FACTOR_SET: N_("Verifikasi dua langkah dinyalakan"),
    Access.FACTOR_REMOVED: N_("Verifikasi dua langkah dihapus"),
    Access.RECOVERY_RENEWED: N_("Kode cadangan baru"),
    Access.ACCOUNT_CREATED: N_("Akun dibuat"),
    Access.ACCOUNT_EDITED: N_("Data akun diubah"),
    Access.ACTIVATED: N_("Akun diaktifkan"),
    Access.DEACTIVATED: N_("Akun dinonaktifkan"),
    Access.ASSIGNED: N_("Penugasan ditambahkan"),
    Access.ASSIGNMENT_ENDED: N_("Penugasan diakhiri"),
    Access.SAFETY_SET: N_("Setelan keamanan diubah"),
    Access.RETENTION_SET: N_("Masa simpan identitas diubah"),
}


@dataclass(frozen=True, slots=True)
class AccessLine:
    """When, what in words, by whom and to whose account, from where; `failed`: it was refused."""

    at: datetime
    what: str
    by: str
    whose: str
    address: str
    failed: bool


def access_lines(
    events: Iterable[AccessEvent], names: Mapping[int, str] | None = None
) -> list[AccessLine]:
    """Lines for `events`; with `names` (by account id) they say who and whose."""
    names = names or {}
    return [
        AccessLine(
            event.at,
            gettext(_WORDS[Access(event.what)]),
            names.get(event.account_id or 0, ""),
            names.get(_whose(event), ""),
            event.address,
            event.what in FAILURES,
        )
        for event in events
    ]


def _whose(event: AccessEvent) -> int:
    kind, _, number = event.object.partition(":")
    return int(number) if kind == "account" else event.account_id or 0
