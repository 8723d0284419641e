"""How a list that somebody has open becomes what it is now, without coming whole again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.pages.rows import RowView, SectionView

# Where htmx puts something; see its hx-swap-oob.
Place = str


@dataclass(frozen=True, slots=True)
class Moved:
    """The pieces: addresses of rows that left their place, sections that ended or are made anew,
    sections with another extent, those that begin, and the rows in their new place.

    Where others changed the list meanwhile, a piece may find no place; the next refresh brings it.
    """

    gone: Sequence[str]
    ended: Collection[str]
    changed: Sequence[SectionView]
    begun: Sequence[tuple[Place, Sequence[SectionView]]]
    came: Sequence[tuple[Place, Sequence[RowView]]]


def moved(
    parts: Sequence[SectionView], urls: Collection[str], left: Collection[str]
) -> Moved | None:
    """What was done to the complaints at `urls`, which were in the sections `left`.

    `parts` is the list as it is now. None where no section of it can have been there before.
    """
    begun = [part for part in parts if all(row.url in urls for row in part.rows)]
    stayed = [part for part in parts if part not in begun]
    if not stayed:
        return None
    changed = [
        part for part in stayed if part.key in left or any(row.url in urls for row in part.rows)
    ]
    return Moved(
        gone=[*urls],
        ended={*left, *(part.key for part in begun)} - {part.key for part in stayed},
        changed=changed,
        begun=[*_begun(parts, stayed)],
        came=[run for part in changed for run in _came(part, urls)],
    )


def _begun(
    parts: Sequence[SectionView], stayed: Sequence[SectionView]
) -> Iterator[tuple[Place, list[SectionView]]]:
    """Each run of sections that begin, below the one that stayed before it, or above the first.

    htmx looks for all places before it puts anything: none may be a piece of the same answer.
    """
    place = f"beforebegin:#s-{stayed[0].key}"
    for stays, group in groupby(parts, lambda part: part in stayed):
        run = [*group]
        if not stays:
            yield place, run
        place = f"afterend:#s-{run[-1].key}"


def _came(part: SectionView, urls: Collection[str]) -> Iterator[tuple[Place, list[RowView]]]:
    """The rows of `part` that are at `urls`, each run of them above the row that follows it."""
    section = f"#s-{part.key}"
    place = f"beforeend:{section} .rows"
    for ours, group in groupby(reversed(part.rows), lambda row: row.url in urls):
        rows = [*group]
        if ours:
            yield place, rows[::-1]
        place = f'beforebegin:{section} [href="{rows[-1].url}"]'
