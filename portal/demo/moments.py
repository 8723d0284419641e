"""Times of the past as an office lives them, counted back from now."""

from datetime import date, datetime, time, timedelta

from portal.sop.office_time import ZONE, Calendar

DAYS_BACK = 140
_ONE_DAY = timedelta(days=1)


class Moments:
    """The working days until `now`, the newest first, and moments on them.

    Day 0 is the latest working day whose office hours have begun, be `now` a night or a Sunday.
    """

    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.now = now.astimezone(ZONE)
        self._days: list[date] = []
        day = self.now.date()
        while len(self._days) < DAYS_BACK:
            stretches = calendar.day(day).stretches()
            if stretches and stretches[0][0] <= self.now:
                self._days.append(day)
            day -= _ONE_DAY
        begun = [one for one in calendar.day(self._days[0]).stretches() if one[0] <= self.now]
        self._last_open = min(begun[-1][1], self.now)

    def on(self, days_ago: int, clock: str) -> datetime:
        """`clock` ("09.30") on a working day; it may still lie ahead of `now` on day 0."""
        return datetime.combine(
            self._days[days_ago], time.fromisoformat(clock.replace(".", ":")), ZONE
        )

    def recent(self, minutes: int) -> datetime:
        """So many minutes before the office was last open, which is before `now` while it is."""
        return self._last_open - timedelta(minutes=minutes)

    def ago(self, moment: datetime) -> int:
        """Which working day `moment` lies on or, on a day off, which came last before it."""
        return next(n for n, day in enumerate(self._days) if day <= moment.astimezone(ZONE).date())
