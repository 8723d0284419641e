"""Reading a plain form field by field, with one sentence for each field that is wrong."""

from collections.abc import Collection, Mapping
from datetime import date

from portal.cases.answers import LINE_LIMIT, Invalid, clean_text
from portal.sop.office_time import FIRST_YEAR, LAST_YEAR
from portal.sop.text import N_, Refusal

REQUIRED = N_("Isian ini wajib diisi.")
CHOOSE = N_("Pilih salah satu dari daftar.")


class Fields:
    """A form on its way in: each reader gives a clean value, or a stand-in and a sentence.

    Call `check` before the values are used.
    """

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._raw = raw
        self.errors: dict[str, Refusal] = {}

    def raw(self, name: str) -> str:
        """What was typed, untouched: a password's spaces are part of it."""
        return self._raw.get(name, "")

    def check(self) -> None:
        """Raise Invalid if any field was wrong."""
        if self.errors:
            raise Invalid(self.errors)

    def refuse(self, name: str, message: str, **params: object) -> None:
        """Note what is wrong with a field; the first sentence for it stands."""
        self.errors.setdefault(name, Refusal(message, **params))

    def line(self, name: str, *, required: bool = True, limit: int = LINE_LIMIT) -> str:
        """One line of text, inner white space made single; "" when empty or wrong."""
        return " ".join(self.text(name, required=required, limit=limit).split())

    def text(self, name: str, *, required: bool = True, limit: int = LINE_LIMIT) -> str:
        """Text with its lines; "" when empty or wrong."""
        try:
            text = clean_text(self._raw.get(name, ""), limit)
        except Refusal as refusal:
            self.errors[name] = refusal
            return ""
        if required and not text:
            self.refuse(name, REQUIRED)
        return text

    def choice(self, name: str, options: Collection[str], *, required: bool = True) -> str:
        """One of `options`; "" when empty or wrong."""
        chosen = self._raw.get(name, "").strip()
        if chosen in options:
            return chosen
        if chosen or required:
            self.refuse(name, CHOOSE)
        return ""

    def ticked(self, name: str) -> bool:
        """Whether a checkbox, which stands for "1", was ticked; browsers send none that was not."""
        return bool(self.choice(name, ("1",), required=False))

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`; `low` when wrong."""
        text = self.line(name)
        if text.isdecimal() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self.refuse(name, N_("Tulis angka dari %(low)s sampai %(high)s."), low=low, high=high)
        return low

    def day(self, name: str, *, default: date | None = None) -> date:
        """A date; `default` when empty (an error without one), `date.min` when wrong."""
        text = self.line(name, required=default is None)
        if default is not None and not text:
            return default
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.refuse(name, N_("Tulis tanggal seperti 2026-11-23."))
            return date.min
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            low, high = FIRST_YEAR, LAST_YEAR - 1
            self.refuse(name, N_("Tahunnya dari %(low)s sampai %(high)s."), low=low, high=high)
        return day
