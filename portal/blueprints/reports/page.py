"""One report: its page for who writes it and for who approves it, and the form of its texts."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, make_response, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, may, requires
from portal.blueprints.reports.base import ID, blueprint, folder, opened, queue, to_report
from portal.cases.answers import Invalid
from portal.cases.import_lapor import STALE
from portal.cases.report_approval import submit_report
from portal.cases.report_numbers import propose_number
from portal.cases.report_record import ReportChanged, ReportNotFound
from portal.cases.report_settings import public_address
from portal.cases.reports import ask_compute, write_report
from portal.extensions import db
from portal.formats import sentence, short_date
from portal.language import gettext
from portal.models import Complaint, Entry, ReportEntry
from portal.pages.history import entry_title
from portal.pages.plain_form import PlainForm
from portal.pages.report_tables import corrections, figure_tables, version_changes
from portal.pages.report_view import (
    file_lines,
    history_lines,
    report_title,
    since_words,
    state_tag,
    text_fields,
    word_changes,
)
from portal.queries.imports import as_refusal
from portal.queries.reports import ReportCase
from portal.sop.office_time import ZONE, Calendar
from portal.sop.procedure import Role
from portal.sop.report_workflow import ReportAction, is_over
from portal.sop.text import Refusal
from portal.web import actor, frame_own_papers, now, render, wants_fragment

RELOAD_SECONDS = 2
Notice = tuple[str, str]


@blueprint.get(f"/<{ID}:report_id>")
@requires(Permission.READ_REPORTS)
def show(report_id: int) -> Response:
    """The report; while its figures are computed the page asks again by itself."""
    return report_page(opened(report_id))


def report_page(
    case: ReportCase,
    status: int = 200,
    *,
    notices: Sequence[Notice] = (),
    since: Sequence[ReportEntry] = (),
    form: PlainForm | None = None,
    doing: str = "",
    held: dict[str, str] | None = None,
) -> Response:
    """The page, or its fragment for htmx. `form` is a form to be shown again as it was sent, that
    of the action `doing`; `held` a file that came with it and waits to be confirmed.
    """
    frame_own_papers()
    report = case.report
    response = make_response(
        render(
            "reports/_report.html" if wants_fragment() else "reports/report.html",
            status,
            case=case,
            report=report,
            title=report_title(report),
            tag_of=state_tag,
            title_of=report_title,
            notices=notices,
            since=[since_words(entry, now()) for entry in since],
            form=form or PlainForm(),
            doing=doing,
            held=held or {},
            writes=ReportAction.WRITE in case.actions,
            letter=_letter(case, form if doing == "write" else None),
            texts=text_fields(case),
            tables=figure_tables(report.id, case.paper.figures) if case.paper else [],
            files=file_lines(case),
            history_lines=history_lines(case.entries, now()),
            later=[_later_line(entry, complaint) for entry, complaint in case.later],
            returned_note=_returned_note(case),
            may_write=may(actor(), Permission.WRITE_REPORTS),
            family=case.family,
            error=as_refusal(report.error) if report.error else None,
            silent=report.beat_at is not None and now() - report.beat_at > STALE,
            is_over=is_over(report.month, now()),
            provisional=Calendar.is_provisional(report.month.year),
            version_changes=version_changes,
            corrections=corrections,
            word_changes=word_changes,
            signs=_is_signer(case),
        )
    )
    if report.computing and not wants_fragment():
        response.headers["Refresh"] = str(RELOAD_SECONDS)
    return response


def _later_line(entry: Entry, complaint: Complaint) -> tuple[Complaint, str, str]:
    """A complaint, what was recorded of it later, and where it is."""
    words = gettext(
        "%(done)s %(happened)s, dicatat %(recorded)s",
        done=entry_title(entry),
        happened=short_date(entry.happened_at),
        recorded=short_date(entry.recorded_at),
    )
    return complaint, words, url_for("complaints.show", tracking_id=complaint.tracking_id)


def _returned_note(case: ReportCase) -> str:
    """What the Kepala Dinas wrote when he sent it back last."""
    notes = [one.details["note"] for one in case.entries if one.verb is ReportAction.RETURN]
    return str(notes[-1]) if notes else ""


def _letter(case: ReportCase, sent: PlainForm | None) -> PlainForm:
    """The letter's fields: as sent, as kept, or a proposal."""
    if sent is not None:
        return sent
    report = case.report
    day = report.dated or now().astimezone(ZONE).date()
    proposal = propose_number(db.session(), report, day) if report.number == "" else ""
    return PlainForm(
        {
            "number": report.number or proposal,
            "dated": report.dated.isoformat() if report.dated else "",
        }
    )


def _is_signer(case: ReportCase) -> bool:
    """Whether this Kepala Dinas is the one whom the submitted report names."""
    submitted = [one for one in case.entries if one.verb is ReportAction.SUBMIT]
    return (
        actor().role is Role.KEPALA_DINAS
        and bool(submitted)
        and submitted[-1].details["signer"] == actor().assignment_id
    )


@blueprint.post(f"/<{ID}:report_id>/isian")
@requires(Permission.WRITE_REPORTS)
def write(report_id: int) -> Any:
    """Keep the letter's fields and the texts; `then` computes anew or submits."""
    session, then = db.session(), request.form.get("then", "")
    seq = request.form.get("seq", -1, type=int)
    try:
        paper = write_report(session, actor(), report_id, seq, request.form, folder(), now())
        if then == "compute":
            ask_compute(session, actor(), report_id, seq + 1, now())
            queue().compute_report(report_id)
            return to_report(report_id)
        if then == "submit":
            paper = submit_report(
                session, actor(), report_id, seq + 1, _check_url(report_id), folder(), now()
            )
    except ReportNotFound:
        abort(404)
    except Invalid as invalid:
        form = PlainForm(request.form, invalid.errors)
        words = gettext("Belum disimpan: perbaiki isian yang ditandai.")
        return report_page(
            opened(report_id), 422, notices=[("error", words)], form=form, doing="write"
        )
    except ReportChanged as changed:
        return refused(report_id, changed, 409, since=changed.since, doing="write")
    except Refusal as refusal:
        return refused(report_id, refusal, 422, doing="write")
    if paper:
        queue().print_paper(paper)
    words = (
        gettext("Laporan sudah diajukan ke Kepala Dinas.")
        if then == "submit"
        else gettext("Isian sudah disimpan.")
    )
    return done(report_id, words)


def _check_url(report_id: int) -> str:
    """Where anybody may check the paper: at the address for all, or at this one."""
    address = public_address(db.session()) or request.url_root.rstrip("/")
    return address + url_for("verification.show", code=opened(report_id).report.code)


def done(report_id: int, words: str) -> Any:
    """After an action that went well: the fresh fragment for htmx, else the page anew."""
    if wants_fragment():
        return report_page(opened(report_id), notices=[("ok", words)])
    flash(words, "ok")
    return to_report(report_id)


def refused(
    report_id: int,
    refusal: Refusal,
    status: int,
    *,
    since: Sequence[ReportEntry] = (),
    doing: str = "",
) -> Response:
    """The report as it is now, what stood in the way, and what was typed."""
    return report_page(
        opened(report_id),
        status,
        notices=[("error", sentence(refusal))],
        since=since,
        form=PlainForm(request.form),
        doing=doing,
    )
