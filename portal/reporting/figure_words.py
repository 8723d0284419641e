"""The names of the figures, by their paths (`figures.traced`): on screen and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.reporting.figures import Count, MonthFigures, traced
from portal.sop.procedure import CaseClass
from portal.sop.text import N_
from portal.sop.vocabulary import Status

NAMES: Mapping[str, str] = {
    "opening": N_("Sisa bulan lalu"),
    "arrived": N_("Masuk"),
    "reopened": N_("Dibuka kembali"),
    "handled": N_("Ditangani"),
    "finished_by_word": N_("Selesai menurut pelapor"),
    "finished_silently": N_("Dianggap selesai"),
    "finished_at_lapor": N_("Ditutup di LAPOR!"),
    "finished": N_("Selesai"),
    "not_followed_up": N_("Tidak ditindaklanjuti"),
    "transferred": N_("Dialihkan ke instansi lain"),
    "open_at_end": N_("Belum selesai pada akhir bulan"),
    "measured": N_("Waktunya diukur"),
    "escalated": N_("Diteruskan ke Ombudsman RI"),
    "unsatisfied": N_("Pelapor belum puas"),
    "recorded_late": N_("Dicatat terlambat"),
    "disclosures": N_("Identitas pelapor dibuka"),
    "done": N_("Selesai dikerjakan"),
    "on_time": N_("Tepat waktu"),
    "late": N_("Terlambat"),
    "not_measured": N_("Tidak diukur"),
    "received": N_("Diterima OPD"),
    "open": N_("Masih di OPD"),
    "answered": N_("Ditanggapi"),
    "sent_back": N_("Dikembalikan"),
    "without_receipt": N_("Tanpa tanda terima"),
}
KINDS: Mapping[str, str] = {
    "class": N_("Klasifikasi"),
    "category": N_("Kategori"),
    "opd": N_("OPD"),
    "unit": N_("Unit kerja"),
    "kecamatan": N_("Kecamatan"),
    "source": N_("Sumber laporan"),
    "status": N_("Status"),
}
_STEPS = (
    N_("Langkah 1"),
    N_("Langkah 2"),
    N_("Langkah 3"),
    N_("Langkah 4"),
    N_("Langkah 5"),
    N_("Langkah 6"),
    N_("Langkah 7"),
)
RATING = N_("Nilai pelapor")
NOT_FILLED_IN = N_("Tidak diisi")
NONE_YET = N_("Belum ada")


def figure_words(figures: MonthFigures, path: str) -> tuple[str, ...]:
    """What the figure at `path` is called, from the general to the particular (msgids or names).

    Raises KeyError for a path that is none.
    """
    head, _, rest = path.partition(".")
    match head:
        case "by":
            kind, _, key = rest.partition(".")
            return KINDS[kind], key_words(kind, key)
        case "steps":
            return _step_words(rest)
        case "offices":
            number, _, inner = rest.partition(".")
            name = next(one.name for one in figures.offices if str(one.id) == number)
            if inner.startswith("steps."):
                return name, *_step_words(inner.removeprefix("steps."))
            return name, NAMES[inner]
        case "ratings":
            return RATING, rest
        case _:
            return (NAMES[path],)


def _step_words(rest: str) -> tuple[str, ...]:
    number, _, name = rest.partition(".")
    return _STEPS[int(number) - 1], NAMES[name]


def key_words(kind: str, key: str) -> str:
    """A part of a breakdown: the label of a class or status, a name as it is."""
    if not key:
        return NONE_YET if kind in ("opd", "unit") else NOT_FILLED_IN
    if kind == "class":
        return CaseClass(key).label
    return Status(key).label if kind == "status" else key


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what it was; `ids`: the complaints that came or went."""

    path: str
    words: tuple[str, ...]
    before: int
    after: int
    ids: tuple[int, ...]


def differences(before: MonthFigures, after: MonthFigures) -> list[Difference]:
    """The figures of which `after` counts other complaints than `before`, in the report's order."""
    old, new = traced(before), traced(after)
    found = []
    for path in dict.fromkeys([*new, *old]):
        was, now = (set(counts.get(path, Count()).ids) for counts in (old, new))
        if was != now:
            words = figure_words(after if path in new else before, path)
            changed = tuple(sorted(was ^ now))
            found.append(Difference(path, words, len(was), len(now), changed))
    return found
