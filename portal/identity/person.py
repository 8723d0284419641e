"""A reporter's identity, its fields, and the forms of a number that mean the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from portal.sop.text import N_

NIK_DIGITS = 16
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a reporter; a field of which nothing is known is empty.

    `address` is also where a contact stands that is neither a telephone number nor an e-mail.
    """

    name: str = ""
    nik: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return self != NOBODY


FIELDS = tuple(field.name for field in fields(Identity))
LABELS: Mapping[str, str] = {
    "name": N_("Nama pelapor"),
    "nik": N_("NIK"),
    "phone": N_("Nomor telepon"),
    "email": N_("Surel"),
    "address": N_("Alamat"),
}
NOBODY = Identity()


def digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)


def phone_key(text: str) -> str:
    """The one spelling of a telephone number: "+62 812-3456" and "0812 3456" are "08123456"."""
    number = digits(text)
    bare = number[2:] if number.startswith("62") else number
    return f"0{bare.lstrip('0')}" if bare.strip("0") else ""
