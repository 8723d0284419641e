"""The administrator's pages: accounts, offices, the calendar, the SOP's versions."""

from portal.blueprints.administrator import accounts, calendar, offices, papers, safety, sop, words
from portal.blueprints.administrator.home import blueprint

__all__ = ["accounts", "blueprint", "calendar", "offices", "papers", "safety", "sop", "words"]
