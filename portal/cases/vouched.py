"""What the history vouches for beside itself: the files that came with its entries."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.files import DOSSIER
from portal.models import Attachment, Entry
from portal.sop.vocabulary import Action

_File = tuple[str, str, int]


class Files:
    """The files that the entries read so far name, and what became of them."""

    def __init__(self) -> None:
        self._named: dict[tuple[int, int], list[_File]] = defaultdict(list)
        self._removed: set[tuple[int, str]] = set()
        self._escalated: set[tuple[int, int]] = set()

    def follow(self, entry: Entry) -> None:
        place = entry.complaint_id, entry.seq
        for file in entry.words.get("files", ()):
            self._named[place].append((file["name"], file["sha256"], file["size"]))
        if entry.action == Action.ESCALATE:
            self._escalated.add(place)
        if entry.action == Action.ANONYMISE:
            self._removed |= {(entry.complaint_id, one) for one in entry.kept["removed"]}

    def first_other(self, session: Session) -> tuple[int, int, str] | None:
        """The first file that no entry names, else one that is missing: complaint, number, name.

        The Ombudsman's file is printed after its entry, from the history itself: one of it may be
        there. Uses up what was followed.
        """
        query = select(
            Attachment.complaint_id,
            Attachment.entry_seq,
            Attachment.name,
            Attachment.sha256,
            Attachment.size,
        ).order_by(Attachment.complaint_id, Attachment.entry_seq, Attachment.id)
        for complaint_id, seq, *file in session.execute(query.execution_options(yield_per=1000)):
            place = complaint_id, seq
            if tuple(file) in self._named.get(place, ()):
                self._named[place].remove((file[0], file[1], file[2]))
            elif place in self._escalated and file[0].startswith(DOSSIER):
                self._escalated.remove(place)
            else:
                return complaint_id, seq, file[0]
        for (complaint_id, seq), files in sorted(self._named.items()):
            for name, sha256, _ in files:
                if (complaint_id, sha256) not in self._removed:
                    return complaint_id, seq, name
        return None
