"""A plain form as a template draws it: what was typed, and the sentence at each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.formats import sentence
from portal.pages.forms import confirm_word, printable
from portal.sop.text import Refusal

WHOLE = ""


@dataclass(frozen=True)
class PlainForm:
    """`errors[WHOLE]` is about the form as a whole. A form that was refused answers 422."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Refusal] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    @property
    def confirm(self) -> str:
        """As `confirm_word` has it."""
        return confirm_word(self.errors)

    def value(self, name: str) -> str:
        return printable(self.values.get(name, ""))

    def error(self, name: str = WHOLE) -> str:
        return sentence(self.errors[name]) if name in self.errors else ""
