"""Whether the revisions appended to a PDF only sign it, object by object.

pyHanko's own difference analysis takes a form for given and refuses what common programs do to
each file that they sign: PDFBox (and the European DSS library upon it) writes parts of the objects
that it touches as new objects. Here two values are the same if a reader sees the same. In return
much more is refused: our papers have no forms, so nothing but signature fields may come.
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

# What signing may set in the catalog: the form that holds the fields, validation data, the
# permissions of a certifying signature, versions, and metadata such as the date of change.
CATALOG_FREE = frozenset({"/AcroForm", "/DSS", "/Perms", "/Extensions", "/Version", "/Metadata"})
FORM_KEYS = frozenset({"/Fields", "/SigFlags", "/DA", "/DR"})
ACTIONS = frozenset({"/A", "/AA"})


class Differs(Exception):
    """A revision does more than sign."""


def check_revisions(reader: PdfFileReader, known: int) -> None:
    """Raise Differs unless every revision from number `known` on only signs what was before it.

    Beside the last known revision, each may add signature fields that are signed, show them on
    pages, and store validation data; every object that was there stays what it was. What pyHanko
    raises over malformed objects comes through.
    """
    base = reader.get_historical_resolver(known - 1)
    for number in range(known, reader.xrefs.total_revisions):
        _check(base, reader.get_historical_resolver(number))


def _check(base: HistoricalResolver, revision: HistoricalResolver) -> None:
    catalog = base.root_ref.idnum
    if revision.root_ref.idnum != catalog or "/Encrypt" in revision.trailer_view:
        raise Differs
    if not all(map(base.is_ref_unassignable, revision.refs_freed_in_revision())):
        raise Differs  # something that was there is gone
    widgets, free, annotations = _widgets(base, revision), _unseen(base), _annotation_lists(base)
    for ref in revision.explicit_refs_in_revision():
        if base.is_ref_unassignable(ref) or ref.idnum in free:
            continue  # new, and seen only if an object leads to it that is judged below
        old, new = base(ref), revision(ref)
        if ref.idnum == catalog:
            _check_entries(old, new, CATALOG_FREE)
        elif ref.idnum in annotations:
            _check_annotations(old, new, widgets)
        elif isinstance(old, DictionaryObject) and old.get("/Type") == "/Page":
            _check_entries(old, new, frozenset({"/Annots"}))
            _check_annotations(_list(old, "/Annots"), _list(new, "/Annots"), widgets)
        elif not _same(old, new, set()):
            raise Differs


def _widgets(base: HistoricalResolver, revision: HistoricalResolver) -> set[int]:
    """The numbers of the signature fields' widgets; raises Differs over any other field."""
    old, new = _dictionary(base.root, "/AcroForm"), _dictionary(revision.root, "/AcroForm")
    if not new.keys() <= FORM_KEYS | old.keys():
        raise Differs
    fields = {field.idnum: field.get_object() for field in _list(new, "/Fields")}
    if not {field.idnum for field in _list(old, "/Fields")} <= fields.keys():
        raise Differs
    widgets = dict(fields)
    for field in fields.values():
        kids = {kid.idnum: kid.get_object() for kid in _list(field, "/Kids")}
        # An empty field can show anything, and nobody stands for it.
        if field["/FT"] != "/Sig" or "/V" not in field or any("/T" in kid for kid in kids.values()):
            raise Differs
        widgets |= kids
    if any(ACTIONS & widget.keys() for widget in widgets.values()):
        raise Differs
    return set(widgets)


def _unseen(base: HistoricalResolver) -> set[int]:
    """The numbers of the known objects that signing writes anew and no page shows."""
    root = base.root
    store = _dictionary(root, "/DSS")
    places: list[tuple[DictionaryObject, frozenset[str]]] = [
        (base.trailer_view, frozenset({"/Info"})),
        (root, CATALOG_FREE),
        (_dictionary(root, "/AcroForm"), frozenset({"/Fields"})),
        (store, frozenset(store.keys())),
    ]
    return {
        value.idnum
        for place, keys in places
        for key, value in place.items()
        if key in keys and isinstance(value, IndirectObject)
    }


def _annotation_lists(base: HistoricalResolver) -> set[int]:
    """The numbers of the arrays that pages keep their annotations in."""
    return {
        page.raw_get("/Annots").idnum
        for page in _pages(base)
        if "/Annots" in page and isinstance(page.raw_get("/Annots"), IndirectObject)
    }


def _pages(base: HistoricalResolver) -> Iterator[DictionaryObject]:
    for index in range(base.root["/Pages"]["/Count"]):
        yield base.find_page_for_modification(index)[0].get_object()


def _check_entries(old: Any, new: Any, free: frozenset[str]) -> None:
    """Raise Differs unless two dictionaries are the same but for the keys in `free`."""
    kept, now = ({key: one.raw_get(key) for key in one if key not in free} for one in (old, new))
    if kept.keys() != now.keys() or not all(_same(kept[key], now[key], set()) for key in kept):
        raise Differs


def _check_annotations(old: Any, new: Any, widgets: set[int]) -> None:
    """Raise Differs unless only widgets of signature fields come behind the annotations."""
    kept, added = list(new)[: len(old)], list(new)[len(old) :]
    if len(kept) < len(old) or any(one.idnum not in widgets for one in added):
        raise Differs
    if not all(_same(one, other, set()) for one, other in zip(old, kept, strict=True)):
        raise Differs


def _same(old: Any, new: Any, compared: set[tuple[int, int]]) -> bool:
    """Whether a reader sees the same; `compared` are the pairs of objects that it looked into."""
    if isinstance(old, IndirectObject) and isinstance(new, IndirectObject):
        pair = (old.idnum, new.idnum)
        if old.reference == new.reference or pair in compared:
            return True  # the object is judged by itself, if it was written anew
        compared.add(pair)
    old, new = _resolved(old), _resolved(new)
    if isinstance(old, (NumberObject, FloatObject)):
        return isinstance(new, (NumberObject, FloatObject)) and float(old) == float(new)
    if isinstance(old, (TextStringObject, ByteStringObject)):
        return isinstance(new, (TextStringObject, ByteStringObject)) and (
            old.original_bytes == new.original_bytes
        )
    if type(old) is not type(new):
        return False
    if isinstance(old, ArrayObject):
        return len(old) == len(new) and all(
            _same(one, other, compared) for one, other in zip(old, new, strict=True)
        )
    if isinstance(old, DictionaryObject):
        if isinstance(old, StreamObject) and old.encoded_data != new.encoded_data:
            return False
        return old.keys() == new.keys() and all(
            _same(old.raw_get(key), new.raw_get(key), compared) for key in old
        )
    return bool(old == new)


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _dictionary(owner: DictionaryObject, key: str) -> DictionaryObject:
    return owner[key] if key in owner else DictionaryObject()


def _list(owner: DictionaryObject, key: str) -> Any:
    return owner[key] if key in owner else ArrayObject()  # get() follows no reference
