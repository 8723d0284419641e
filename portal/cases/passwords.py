"""Passwords: how they are kept and compared, and which will not do."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.models import Instansi, Opd
from portal.sop.text import N_, Refusal

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

MIN_LENGTH, MAX_LENGTH = 12, 128
# A program, not imported: its lists would stay in this process.
_GUESSING = str(Path(__file__).with_name("guessing.py"))
# zxcvbn's "safely unguessable": at least 10^8 guesses.
_LEAST_SCORE = 3
# What is guessed first in an Indonesian office, and what no list of English passwords holds.
_LOCAL_WORDS = """
admin administrator aduan aku alhamdulillah allah anak arema assalamualaikum bapak bersama bismillah
bupati cantik cinta dinas diskominfo doa dua ganteng garuda gunung hamba ibu indonesia islam jawa
jaya kabupaten kamu kantor kata katasandi keluarga kecamatan kominfo kota lapor lawu magetan merdeka
muhammad muslim negara operator pancasila pegawai pelayanan pemerintah pengaduan persebaya persib
petugas portal raya rahasia saja sandi sarangan satu saya sayang selamat selamanya semangat siaga
siang surabaya terimakasih terima kasih tiga timur
agustus desember februari januari jumat juli juni kamis maret mei minggu november oktober pagi rabu
sabtu selasa senin september
"""


def hash_password(password: str) -> str:
    return _HASHER.hash(_normal(password))


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one whose hash is `stored`."""
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made by other parameters than are used now."""
    return _HASHER.check_needs_rehash(stored)


@cache
def decoy() -> str:
    """What an unknown name is compared with, so that it takes as long as a known one."""
    return hash_password("bukan kata sandi siapa pun")


def read_new_password(session: Session, fields: Fields, username: str, name: str) -> str:
    """The new password typed twice (`password`, `repeat`); "" when it will not do."""
    password = fields.raw("password")
    problem = _weakness(session, password, username, name)
    if problem is not None:
        fields.refuse("password", problem.message, **problem.params)
        return ""
    if fields.raw("repeat") != password:
        fields.refuse("repeat", N_("Tidak sama dengan kata sandi baru di atas."))
        return ""
    return password


def _weakness(session: Session, password: str, username: str, name: str) -> Refusal | None:
    if len(password) < MIN_LENGTH:
        return Refusal(N_("Paling sedikit %(count)s huruf atau angka."), count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return Refusal(N_("Paling banyak %(count)s huruf atau angka."), count=MAX_LENGTH)
    letters, own = _letters(password), _words([username, name])
    if letters and _made_of(letters, own):
        return Refusal(N_("Jangan memakai nama Anda sebagai kata sandi."))
    near = {*own, *_LOCAL_WORDS.split(), *_words(_office_names(session))}
    if _made_of(letters, near) or _score(password, sorted(near)) < _LEAST_SCORE:
        return Refusal(N_("Terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan."))
    return None


def _office_names(session: Session) -> Iterable[str]:
    return [*session.scalars(select(Opd.name)), *session.scalars(select(Instansi.name))]


def _words(names: Iterable[str]) -> set[str]:
    """The words of names that are long enough to tell something; and each name run together."""
    found = {word for name in names for word in re.findall(r"[^\W\d_]+", name.casefold())}
    return {word for word in found if len(word) > 2} | {_letters(name) for name in names} - {""}


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W\d_]", text.casefold()))


def _made_of(letters: str, words: Collection[str]) -> bool:
    """Whether `letters` are nothing but some of `words`, one after another."""
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached |= {start + len(word) for word in words if letters.startswith(word, start)}
    return len(letters) in reached


def _score(password: str, words: Sequence[str]) -> int:
    told = subprocess.run(  # noqa: S603 - our own program, nothing from outside in its arguments
        [sys.executable, "-I", _GUESSING],
        input=json.dumps([_normal(password), words]),
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return int(told.stdout)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
