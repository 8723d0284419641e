"""What is stored. Importing this package registers every table."""

from portal.models.access_log import ARRIVALS, FAILURES, Access, AccessEvent, Caller
from portal.models.account import (
    Account,
    Assignment,
    EndedSession,
    RecoveryCode,
    SecondFactor,
    SetupLink,
    SignInThrottle,
)
from portal.models.base import Base, writing
from portal.models.complaint import Attachment, Complaint, IncomingFile, SentForm
from portal.models.history import Entry, LedgerDay, Seal
from portal.models.intake import ImportBatch, ImportState, LaporWord
from portal.models.organisation import Instansi, Kecamatan, Opd, OpdSpelling, Unit
from portal.models.report import (
    FileKind,
    Rendering,
    Report,
    ReportEntry,
    ReportFile,
    ReportSnapshot,
)
from portal.models.reporter import Reporter
from portal.models.settings import OfficeHours, Ramadan, Setting, SopVersion, SpecialDay
from portal.models.sighting import Saw, Sighting

__all__ = [
    "ARRIVALS",
    "FAILURES",
    "Access",
    "AccessEvent",
    "Account",
    "Assignment",
    "Attachment",
    "Base",
    "Caller",
    "Complaint",
    "EndedSession",
    "Entry",
    "FileKind",
    "ImportBatch",
    "ImportState",
    "IncomingFile",
    "Instansi",
    "Kecamatan",
    "LaporWord",
    "LedgerDay",
    "OfficeHours",
    "Opd",
    "OpdSpelling",
    "Ramadan",
    "RecoveryCode",
    "Rendering",
    "Report",
    "ReportEntry",
    "ReportFile",
    "ReportSnapshot",
    "Reporter",
    "Saw",
    "Seal",
    "SecondFactor",
    "SentForm",
    "Setting",
    "SetupLink",
    "Sighting",
    "SignInThrottle",
    "SopVersion",
    "SpecialDay",
    "Unit",
    "writing",
]
