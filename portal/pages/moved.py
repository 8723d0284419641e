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
    begun: Sequence[tuple[Place, SectionView]]
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
        begun=[(_beside(part, parts, stayed), part) for part in begun],
        came=[run for part in changed for run in _came(part, urls)],
    )


def _beside(
    part: SectionView, parts: Sequence[SectionView], stayed: Sequence[SectionView]
) -> Place:
    """Below the section before it, which is there by then, or above the first that was."""
    at = parts.index(part)
    return f"afterend:#s-{parts[at - 1].key}" if at else f"beforebegin:#s-{stayed[0].key}"


def _came(part: SectionView, urls: Collection[str]) -> Iterator[tuple[Place, list[RowView]]]:
    """The rows of `part` that are at `urls`, each run of them above the row that follows it."""
    section = f"#s-{part.key}"
    place = f"beforeend:{section} .rows"
    for ours, group in groupby(reversed(part.rows), lambda row: row.url in urls):
        rows = [*group]
        if ours:
            yield place, rows[::-1]
        place = f'beforebegin:{section} [href="{rows[-1].url}"]'
