"""The monthly reports: the list, a report, what is done to it, its numbers and files."""

from portal.blueprints.reports import actions, files, index, numbers, page
from portal.blueprints.reports.base import blueprint

__all__ = ["actions", "blueprint", "files", "index", "numbers", "page"]
