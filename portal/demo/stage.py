"""Plays the demo's script: every act by the officer whose desk it is, through the real verbs."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.act import Form, act
from portal.cases.enter import EntryForm, enter
from portal.cases.import_lapor import confirm_batch, receive_file, run_batch
from portal.cases.intake_words import WordKind, load_words
from portal.cases.record import history_of
from portal.cases.rules import Rules
from portal.cases.tick import tick
from portal.demo.exports import Export
from portal.demo.moments import Moments
from portal.demo.offices import DISHUB, Work, unit_for
from portal.demo.people import Cast
from portal.demo.pictures import draw
from portal.demo.script import Arrival, Cue
from portal.demo.stories import Act
from portal.models import Complaint, ImportBatch, Opd, Unit
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action
from portal.sop.workflow import rows_for


class Stage:
    """The portal of the demo while its past is played."""

    def __init__(self, session: Session, rules: Rules, folder: Path, moments: Moments) -> None:
        self._session = session
        self._rules = rules
        self._folder = folder
        self._moments = moments
        self._cast = Cast(session)
        self._opds = load_words(session).opds
        self._forms = 0
        self._entered: dict[str, str] = {}

    def take_in(self, export: Export) -> None:
        """Import an export as the Admin Instansi does: upload, preview, confirm."""
        actor = self._cast.actor(Role.ADMIN_INSTANSI)
        session, folder, at = self._session, self._folder, export.at
        batch_id = receive_file(session, actor, export.name, export.content, folder, at).id

        def run() -> None:
            run_batch(session, batch_id, actor, self._rules, folder, at, lambda done, total: None)

        run()
        counts = session.get_one(ImportBatch, batch_id).preview["counts"]
        confirm_batch(session, batch_id, counts, at)
        run()

    def type_in(self, arrival: Arrival) -> None:
        """Enter a complaint that came by letter, telephone or in person."""
        typed, at = arrival.typed, arrival.at
        self._forms += 1
        words = f"{typed.answers['title']}\n{typed.answers['kecamatan']}"
        files = [draw(typed.file, words, at)] if typed.file else []
        complaint = enter(
            self._session,
            self._cast.actor(typed.role),
            EntryForm(f"demo-{self._forms}", typed.answers, files),
            rules=self._rules,
            folder=self._folder,
            now=at,
        )
        self._entered[arrival.name] = complaint.tracking_id

    def tick(self, at: datetime) -> None:
        tick(self._session, at)

    def perform(self, cue: Cue) -> None:
        """Let the officer who has the complaint do what the cue says."""
        number = self._entered.get(cue.tracking_id, cue.tracking_id)
        query = select(Complaint).where(Complaint.tracking_id == number)
        complaint = self._session.scalars(query).one()
        action = cue.act.action
        row = next(row for row in rows_for(action) if complaint.status in row.sources)
        role = cue.act.by or row.roles[0]
        words = f"{complaint.title}\n{complaint.kelurahan}, {complaint.kecamatan}"
        self._forms += 1
        form = Form(
            action,
            key=f"demo-{self._forms}",
            seq=complaint.seq,
            answers={**self._answers(action, complaint, cue.at), **cue.act.answers},
            files=[draw(cue.act.file, words, cue.at)] if cue.act.file else [],
            happened_at=self._happened_at(cue.act, complaint),
        )
        act(
            self._session,
            self._cast.actor(role, complaint),
            number,
            form,
            folder=self._folder,
            now=cue.at,
        )

    def _happened_at(self, act: Act, complaint: Complaint) -> str:
        """When an act happened that is recorded late; never before what happened last."""
        if act.happened is None:
            return ""
        last = history_of(self._session, complaint)[-1].happened_at
        happened = max(self._moments.on(*act.happened), last.astimezone(ZONE))
        return f"{happened:%Y-%m-%dT%H:%M}"

    def _answers(self, action: Action, complaint: Complaint, at: datetime) -> Mapping[str, str]:
        """What the officer usually writes, which a cue's own answers replace."""
        match action:
            case Action.FORWARD:
                return {"instansi": str(complaint.instansi_id)}
            case Action.REQUEST_COMPLETION:
                return {"missing": "Mohon sebutkan lokasi yang tepat dan kirim fotonya."}
            case Action.RECORD_COMPLETION:
                return {"text": "Pelapor mengirim lokasi dan foto."}
            case Action.VERIFY:
                return {
                    "case_class": complaint.case_class,
                    "category": complaint.category or "Topik Lainnya",
                }
            case Action.DISPOSE:
                return {"opd": str(self._opd_id(complaint)), "instruction": "Mohon segera dicek."}
            case Action.REGISTER:
                return {"published_on": _day(at).isoformat()}
            case Action.RECORD_FEEDBACK:
                return {
                    "satisfied": "ya",
                    "text": "Terima kasih, sudah ditangani.",
                    "rating": "4",
                    "unit": str(self._unit(complaint).id),
                }
            case Action.HAND_OVER:
                kind = self._work(complaint)[1]
                return {"unit": str(self._unit(complaint).id), "complaint_type": kind}
            case Action.RECORD_PROGRESS:
                return {"text": self._work(complaint)[0].progress}
            case Action.FINISH_FOLLOW_UP:
                return {"report": self._work(complaint)[0].report}
            case Action.ANSWER:
                return {"answer": self._work(complaint)[0].answer}
            case _:
                return {}

    def _opd_id(self, complaint: Complaint) -> int:
        name = complaint.lapor_opd or DISHUB  # whose are all that are entered by hand
        opd_id = complaint.opd_id or self._opds[WordKind.OPD.key(name)]
        if opd_id is None:
            raise ValueError(f"{name} is not an OPD here")
        return opd_id

    def _work(self, complaint: Complaint) -> tuple[Work, str]:
        opd = self._session.get_one(Opd, self._opd_id(complaint))
        return unit_for(opd.name, complaint.title)

    def _unit(self, complaint: Complaint) -> Unit:
        work, _ = self._work(complaint)
        query = select(Unit).where(Unit.opd_id == self._opd_id(complaint), Unit.name == work.name)
        return self._session.scalars(query).one()


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
