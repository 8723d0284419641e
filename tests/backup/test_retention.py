"""Which backups stay, against a rule written anew: walk back in time and count."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.backup.retention import Keep, kept
from portal.sop.office_time import ZONE

START = datetime(2025, 12, 1, 1, 0, tzinfo=ZONE)
moments = st.sets(
    st.integers(0, 600 * 24).map(lambda hours: START + timedelta(hours=hours)), max_size=60
)
numbers = st.integers(0, 8)
keeps = st.builds(Keep, numbers, numbers, numbers)


def slow(made: set[datetime], keep: Keep) -> set[datetime]:
    """A backup stays as the newest of all, or as the last of its span while spans are left."""
    staying = {max(made)} if made else set()
    for many, form in ((keep.days, "%Y-%m-%d"), (keep.weeks, "%G %V"), (keep.months, "%Y-%m")):
        seen: list[str] = []
        for moment in sorted(made, reverse=True):
            span = f"{moment.astimezone(ZONE):{form}}"
            if span not in seen:
                seen.append(span)
                if len(seen) <= many:
                    staying.add(moment)
    return staying


@given(made=moments, keep=keeps)
def test_it_is_what_counting_back_says(made: set[datetime], keep: Keep) -> None:
    assert kept(made, keep) == slow(made, keep)


@given(made=moments, keep=keeps)
def test_the_newest_stays_no_more_than_the_sum_do_and_removing_again_removes_nothing(
    made: set[datetime], keep: Keep
) -> None:
    staying = kept(made, keep)
    assert not made or max(made) in staying
    assert len(staying) <= max(1, keep.days + keep.weeks + keep.months)
    assert kept(staying, keep) == staying


def test_a_year_of_nights_leaves_seven_days_four_weeks_and_twelve_months() -> None:
    nights = {START + timedelta(days=n) for n in range(400)}
    staying = set[datetime]()
    for night in sorted(nights):  # as the worker does it: a backup, then what need not stay
        staying = kept(staying | {night}, Keep(7, 4, 12))
    words = sorted(f"{moment:%Y-%m-%d}" for moment in staying)
    assert words[-7:] == [f"2026-12-{29 + n}" for n in range(3)] + [
        f"2027-01-0{n}" for n in range(1, 5)
    ]
    assert words[:-7] == [
        "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31",
        "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-20", "2026-12-27",
    ]  # fmt: skip
