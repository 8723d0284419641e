"""The same figures once more, slowly and by other means, to compare with.

Nothing here is the portal's but the words: every complaint is followed day by day on Jakarta's
calendar, its state kept in a plain dictionary by rules written again from the SOP's page; times are
compared as local dates, percentiles are searched for, working days are counted one by one.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from portal.reporting.figures import CaseHistory
from portal.sop.office_time import ZONE, Calendar

FINAL = ("closed", "not_followed_up", "transferred")
AT_OPD = ("with_liaison", "with_unit")
HOW = {
    "arrive": "finished_at_lapor",
    "close_silent": "finished_silently",
    "record_feedback": "finished_by_word",
}

Figures = dict[str, set[int]]
Numbers = dict[str, Any]


def slow_figures(
    histories: list[CaseHistory], month: date, calendar: Calendar, now: datetime
) -> tuple[Figures, Numbers]:
    """Every figure that counts something, by its path, and the numbers beside them."""
    days = days_of(month)
    found: Figures = defaultdict(set)
    for history in histories:
        diary = Diary(history)
        for path in flow(diary, days) | happenings(diary, days):
            found[path].add(history.id)
    for rating, ids in last_ratings(histories, days).items():
        found[f"ratings.{rating}"] |= ids
    return dict(found), numbers(histories, days, calendar, now)


def days_of(month: date) -> list[date]:
    days = [month.replace(day=1)]
    while (following := days[-1] + timedelta(days=1)).month == month.month:
        days.append(following)
    return days


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


class Diary:
    """What a complaint was like in the evening of each day, and after each of its entries."""

    def __init__(self, history: CaseHistory) -> None:
        self.history = history
        self.pages: list[dict[str, Any]] = []
        page: dict[str, Any] = {"opd": None, "unit": None, "receipt": False, "class": "complaint"}
        for number, entry in enumerate(history.entries):
            happened = history.arrived_at if number == 0 else entry.happened_at
            page = {**page, "entry": entry, "day": local_day(happened), "from": page}
            write(page, entry)
            self.pages.append(page)

    def evening(self, day: date) -> dict[str, Any] | None:
        """The last page that was written by the evening of `day`."""
        written = [page for page in self.pages if page["day"] <= day]
        return written[-1] if written else None

    def on(self, days: list[date]) -> list[dict[str, Any]]:
        return [page for day in days for page in self.pages if page["day"] == day]


def write(page: dict[str, Any], entry: Any) -> None:
    action, details = str(entry.action), entry.details
    page["status"] = str(entry.target)
    page["given"] = False
    page["class"] = details.get("case_class", page["class"])
    if action in HOW and page["status"] == "closed":
        page["how"] = HOW[action]
    if action in ("arrive", "dispose") and page["status"] == "with_liaison":
        page |= {"opd": details.get("opd"), "unit": None, "receipt": False}
    if action in ("send_back", "refuse_opd"):
        page |= {"opd": None, "unit": None}
    if action == "refuse_unit":
        page["unit"] = None
    if action == "hand_over":
        page["unit"] = details["unit"]
    if action in ("acknowledge", "hand_over"):
        page["receipt"] = True
    if action == "record_feedback" and not details["satisfied"] and "unit" in details:
        page |= {"opd": details["opd"], "unit": details["unit"]}
    comes = action in ("arrive", "dispose") or (
        action == "record_feedback" and not details["satisfied"]
    )
    if comes and page["status"] in AT_OPD:
        page |= {"given": True, "since": page["day"], "handed": local_day(entry.happened_at)}


def flow(diary: Diary, days: list[date]) -> set[str]:
    """Where it came from, where it stood in the last evening, and the breakdowns."""
    eve, last = diary.evening(days[0] - timedelta(days=1)), diary.evening(days[-1])
    if last is None:
        return set()
    paths = offices_in_the_evening(last, days)
    if eve is None:
        paths |= {"arrived", *breakdown(diary, last, days)}
    elif eve["status"] not in FINAL:
        paths.add("opening")
    elif any(page["status"] not in FINAL for page in diary.on(days)):
        paths.add("reopened")
    else:
        return paths
    end = last["status"]
    if end == "closed":
        paths |= {last["how"], "finished"}
    else:
        paths.add(end if end in FINAL else "open_at_end")
    return paths | {"handled", f"by.status.{end}"}


def breakdown(diary: Diary, last: dict[str, Any], days: list[date]) -> set[str]:
    history, first = diary.history, diary.pages[0]
    kind = last["class"]
    for page in diary.pages:
        if page["day"] > days[-1] and page["entry"].action == "correct":
            kind = page["entry"].details.get("case_class", kind)
    opd = last["opd"]
    if opd is None and first["status"] in FINAL:
        opd = first["entry"].details.get("opd")
    office = history.opds[opd] if opd else ""
    unit = f"{office} – {history.units[last['unit']]}" if last["unit"] else ""
    return {
        f"by.class.{kind}",
        f"by.category.{history.category}",
        f"by.kecamatan.{history.kecamatan}",
        f"by.source.{history.source}",
        f"by.opd.{office}",
        f"by.unit.{unit}",
    }


def offices_in_the_evening(last: dict[str, Any], days: list[date]) -> set[str]:
    if last["status"] not in AT_OPD or last["opd"] is None:
        return set()
    paths = {f"offices.{last['opd']}.open"}
    waiting = last["status"] == "with_liaison" and not last["receipt"]
    if waiting and last["handed"] <= days[-1]:
        paths.add(f"offices.{last['opd']}.without_receipt")
    return paths


def happenings(diary: Diary, days: list[date]) -> set[str]:
    paths = set()
    for page in diary.on(days):
        entry, before = page["entry"], page["from"]
        action, office = str(entry.action), f"offices.{before['opd']}"
        paths |= {f"steps.{no}.not_measured" for no in entry.details.get("skipped", [])}
        if 5 in entry.details.get("skipped", []) and "opd" in entry.details:
            paths |= {f"offices.{entry.details['opd']}.steps.{no}.not_measured" for no in (5, 6)}
        if entry.recorded_late:
            paths.add("recorded_late")
        if action == "escalate":
            paths.add("escalated")
        if action == "disclose":
            paths.add("disclosures")
        if action == "record_feedback" and entry.details["satisfied"] is False:
            paths.add("unsatisfied")
        if page["given"] and page["opd"] is not None:
            paths.add(f"offices.{page['opd']}.received")
        if before["opd"] is None:
            continue
        if action == "answer":
            paths.add(f"{office}.answered")
        if action in ("refuse_opd", "refuse_unit", "return_answer"):
            paths.add(f"{office}.sent_back")
    for no, opd, late, _ in passages(diary, days):
        for word in ("done", "late" if late else "on_time"):
            paths |= {"measured", f"steps.{no}.{word}"}
            if no in (5, 6) and opd is not None:
                paths.add(f"offices.{opd}.measured")
                paths.add(f"offices.{opd}.steps.{no}.{word}")
                if word != "done":
                    paths.add(f"offices.{opd}.{word}")
    return paths


def passages(diary: Diary, days: list[date]) -> list[tuple[int, int | None, bool, int]]:
    """Each completed step that ended in the month: number, OPD, late, minutes."""
    return [
        (row["step"], page["from"]["opd"], row["late"], row["minutes"])
        for page in diary.pages
        for row in page["entry"].measured
        if row["kind"] == "step"
        and row["completed"]
        and local_day(datetime.fromisoformat(row["ended"])) in days
    ]


def last_ratings(histories: list[CaseHistory], days: list[date]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for history in histories:
        said = [history.lapor_rating] if local_day(history.arrived_at) in days else []
        for entry in history.entries[1:]:
            if local_day(entry.happened_at) in days:
                said.append(entry.details.get("rating"))
                said.append(entry.details.get("changes", {}).get("rating", {}).get("new"))
        given = [rating for rating in said if rating]
        if given:
            found[given[-1]].add(history.id)
    return found


def numbers(
    histories: list[CaseHistory], days: list[date], calendar: Calendar, now: datetime
) -> Numbers:
    diaries = [Diary(history) for history in histories]
    done = [one for diary in diaries for one in passages(diary, days)]
    result: Numbers = {
        "recorded_late_entries": sum(
            page["entry"].recorded_late for diary in diaries for page in diary.on(days)
        )
    }
    for no in range(1, 8):
        result |= step_numbers(f"steps.{no}", [one for one in done if one[0] == no])
    for opd in {opd for history in histories for opd in history.opds}:
        name = f"offices.{opd}"
        for no in (5, 6):
            own = [one for one in done if one[:2] == (no, opd)]
            result |= step_numbers(f"{name}.steps.{no}", own)
        result[f"{name}.oldest_open_days"] = oldest(diaries, opd, days, calendar, now)
    return result


def step_numbers(path: str, done: list[tuple[int, int | None, bool, int]]) -> Numbers:
    minutes = sorted(minutes for *_, minutes in done)
    late = sum(one[2] for one in done)
    enough = [
        value for value in minutes if 10 * sum(one <= value for one in minutes) >= 9 * len(minutes)
    ]
    return {
        f"{path}.late_passages": late,
        f"{path}.on_time_passages": len(done) - late,
        f"{path}.median_minutes": median_low(minutes) if minutes else None,
        f"{path}.p90_minutes": min(enough) if minutes else None,
        f"{path}.share_on_time": (len(done) - late) / len(done) if done else None,
    }


def oldest(
    diaries: list[Diary], opd: int, days: list[date], calendar: Calendar, now: datetime
) -> int | None:
    until = min(days[-1], local_day(now))
    evenings = [page for diary in diaries if (page := diary.evening(days[-1]))]
    ages = [
        sum(
            calendar.is_working_day(page["since"] + timedelta(days=n))
            for n in range(1, (until - page["since"]).days + 1)
        )
        for page in evenings
        if page["status"] in AT_OPD and page["opd"] == opd
    ]
    return max(ages, default=None)
