"""The last backup in words, and what of it should worry the administrator."""

from datetime import datetime

from portal.backup.nightly import OLD, Past
from portal.formats import full_time, sentence, short_date, short_time
from portal.language import gettext, ngettext


def last_backup(past: Past) -> str:
    """Such as "24 Nov 2026, 12,3 MB"."""
    if past.made_at is None:
        return gettext("belum ada")
    megabytes = max(1, round(past.size / 1_000_000))
    return gettext("%(day)s, %(n)s MB", day=short_date(past.made_at), n=megabytes)


def backup_warnings(past: Past, now: datetime, *, nightly: bool) -> list[str]:
    """What the administrator should see to; `nightly`: whether the worker makes them by itself."""
    found = []
    if not nightly:
        found.append(
            gettext("Cadangan otomatis belum diatur (docs/pemasangan.md, bagian Cadangan).")
        )
    if past.failure and past.failed_at:
        told = sentence(past.failure)
        found.append(
            gettext("Cadangan %(when)s gagal: %(why)s", when=short_time(past.failed_at), why=told)
        )
    if past.made_at and past.is_old(now):
        found.append(
            gettext(
                "Cadangan terakhir dibuat %(when)s, lebih dari %(days)s hari yang lalu.",
                when=full_time(past.made_at),
                days=OLD.days,
            )
        )
    if past.flaws:
        found.append(
            ngettext(
                "Cadangan terakhir memuat %(num)s kerusakan; jalankan flask ledger verify dan "
                "flask archive verify di server.",
                "Cadangan terakhir memuat %(num)s kerusakan; jalankan flask ledger verify dan "
                "flask archive verify di server.",
                past.flaws,
            )
        )
    return found
