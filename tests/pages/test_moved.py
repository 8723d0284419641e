"""A list that is open becomes, by its pieces, what it would be if it came whole."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.pages.moved import moved

KEYS = ("a", "b", "c")
# Where each complaint was, and where it is now; "" is nowhere.
MOVES = st.dictionaries(
    st.integers(0, 9), st.tuples(st.sampled_from(KEYS), st.sampled_from((*KEYS, "")))
)


def parts_of(places: dict[int, str]) -> list[Any]:
    sections = [
        SimpleNamespace(
            key=key,
            rows=[SimpleNamespace(url=f"/{n}") for n in sorted(places) if places[n] == key],
        )
        for key in KEYS
    ]
    return [section for section in sections if section.rows]


def as_lists(parts: list[Any]) -> dict[str, list[str]]:
    return {part.key: [row.url for row in part.rows] for part in parts}


def put(shown: dict[str, list[str]], place: str, urls: list[str]) -> None:
    """What htmx does with rows."""
    how, _, where = place.partition(":#s-")
    if how == "beforeend":
        shown[where.removesuffix(" .rows")] += urls
        return
    key, _, url = where.partition(' [href="')
    at = shown[key].index(url.removesuffix('"]'))
    shown[key][at:at] = urls


@given(moves=MOVES, done=st.sets(st.integers(0, 9)))
def test_the_pieces_make_the_list_that_would_come_whole(
    moves: dict[int, tuple[str, str]], done: set[int]
) -> None:
    before = {n: was for n, (was, _) in moves.items()}
    now = {n: (goes if n in done else was) for n, (was, goes) in moves.items()}
    acted = [n for n in moves if n in done]
    shown, parts = as_lists(parts_of(before)), parts_of(now)
    pieces = moved(parts, [f"/{n}" for n in acted], {before[n] for n in acted})
    if pieces is None:
        assert all(n in done for n, place in now.items() if place)
        return
    order = list(shown)
    was_there = {*order} - {*pieces.ended}
    for rows in shown.values():
        rows[:] = [url for url in rows if url not in pieces.gone]
    for key in pieces.ended:
        if shown.pop(key, None) is not None:
            order.remove(key)
    for place, begun in pieces.begun:
        how, _, beside = place.partition(":#s-")
        at = order.index(beside) + (how == "afterend")
        order[at:at] = [part.key for part in begun]
        for part in begun:
            assert beside in was_there
            assert part.key not in shown
            shown[part.key] = [row.url for row in part.rows]
    for place, rows in pieces.came:
        put(shown, place, [row.url for row in rows])
    assert shown == as_lists(parts)
    assert order == [part.key for part in parts]
