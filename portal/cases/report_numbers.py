"""The numbers of reports: free text, unique in their year, with a proposal."""

from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.report_settings import number_pattern
from portal.models import Report
from portal.sop.text import N_

NUMBER_TAKEN = N_("Nomor ini sudah dipakai laporan lain pada tahun itu.")


def number_key(report: Report, number: str, year: int) -> str:
    """What may exist once: the number without blanks or capitals, in its year."""
    return f"{report.instansi_id}/{year}/{''.join(number.split()).casefold()}"


def is_number_taken(session: Session, report: Report, key: str) -> bool:
    """Whether another report has the number that `key` stands for."""
    query = select(Report.id).where(Report.number_key == key, Report.id != report.id)
    return session.scalar(query) is not None


def propose_number(session: Session, report: Report, day: date) -> str:
    """The next number of the year by the office's pattern that no report has."""
    pattern = number_pattern(session)
    year = f"{report.instansi_id}/{day.year}/"
    taken = set(
        session.scalars(select(Report.number_key).where(Report.number_key.startswith(year)))
    )
    numbers = (
        pattern.replace("{nomor}", str(n)).replace("{tahun}", str(day.year))
        for n in count(len(taken) + 1)
    )
    return next(one for one in numbers if number_key(report, one, day.year) not in taken)
