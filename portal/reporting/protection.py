"""What no paper may say: who an anonymous or confidential reporter is, or how to reach him."""

import re

HIDDEN = "[dirahasiakan]"
# A NIK (16 digits), a telephone number or a bank account: nine digits and more, also in groups.
_CONTACTS = re.compile(
    r"(?P<day>(?<!\d)\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d(?!\d))"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?<![\d#])[+(]{0,2}\d(?:[ .()-]{0,2}\d){8,}"
)
_SHORTEST_NAME = 3


def shown_reporter(name: str, *, anonymous: bool, confidential: bool) -> str:
    """The reporter as a paper names him."""
    if confidential:
        return "Dirahasiakan"
    return "Anonim" if anonymous else name or "–"


def shown_title(title: str, *, confidential: bool) -> str:
    """A title as a list names it: lists have more readers than the complaint's own papers."""
    return "(isi dirahasiakan)" if confidential else title


def without_identity(text: str, name: str, contact: str, keep: str = "") -> str:
    """`text` of a protected complaint without the reporter's name and contact.

    Out go his whole name and each word of it that stands with a capital, his contact, and every
    e-mail address and long number whosoever they are, but for `keep` (the Tracking ID).
    """
    words = name.split()
    whole = r"\s+".join(map(re.escape, words))
    for hidden in filter(None, (whole, re.escape(contact.strip()))):
        text = re.sub(rf"(?<!\w){hidden}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    for word in words:
        if len(word) >= _SHORTEST_NAME:
            forms = f"{re.escape(word.capitalize())}|{re.escape(word.upper())}|{re.escape(word)}"
            text = re.sub(rf"(?<!\w)(?:{forms})(?!\w)", HIDDEN, text)
    return _CONTACTS.sub(
        lambda found: found[0] if found["day"] or found[0] == keep else HIDDEN, text
    )
