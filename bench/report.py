"""What printing costs beyond WeasyPrint's own work: the monthly report, and a register in parts.

    python -m bench.report [--complaints 150] [--rows 1500] [--rounds 3]

The report of a month: from the database to the PDF, against WeasyPrint alone on the same HTML; and
that HTML in a new process against five bare pages in one. The register of a year: in parts by two
processes against a single pass, and the most memory that any one process took. Of several rounds,
taken by turns, the fastest counts: what other programs do at the same time only adds. Prints a
table and JSON; exit code 1 when a target is missed.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.data import ROOT, make_export, make_instance, open_instance
from portal.cases.import_lapor import import_file
from portal.cases.rules import load_rules
from portal.models import Instansi
from portal.queries.report_basis import gather_basis
from portal.reporting import compose
from portal.reporting.narrative import proposed_texts
from portal.reporting.paper import Letter, PaperSettings, Signer
from portal.reporting.parts import print_paper
from portal.reporting.report_paper import ReportPaper
from portal.reporting.sheets import render_html
from portal.sop.office_time import ZONE
from tests.reporting.papers import register_rows

MONTH = date(2026, 9, 1)
NOW = datetime(2026, 10, 5, 9, 0, tzinfo=ZONE)
BARE = (
    '<html lang="id"><title>Lima halaman</title><style>html { font-family: "Liberation Sans" }'
    "p { break-after: page }</style><body>" + "<p>Halaman ini hampir kosong.</p>" * 5
)
# The most that each figure may be. A bare document of five pages stands for half a second.
TARGETS = {
    "report_ratio": 1.15,
    "html_to_bare": 10.0,
    "report_kb_per_12_pages": 150.0,
    "register_ratio": 0.6,
    "peak_mb": 200.0,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.report")
    parser.add_argument("--complaints", type=int, default=150)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", choices=ALONE, help=argparse.SUPPRESS)
    parser.add_argument("--html", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.alone:
        print(json.dumps(ALONE[chosen.alone](chosen)))
        return 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        figures = measure_report(folder, chosen.complaints, chosen.rounds)
        figures |= measure_register(chosen.rows, chosen.rounds)
    figures["ok"] = all(figures[name] <= most for name, most in TARGETS.items())
    print(_table(figures))
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


# -- the report of a month -----------------------------------------------------------------------


def measure_report(folder: Path, complaints: int, rounds: int) -> dict[str, Any]:
    """Seconds from the database to the PDF, and of WeasyPrint alone; sizes and pages."""
    make_instance(folder / "instance")
    export, html = folder / "export.csv", folder / "report.html"
    make_export(export, complaints, month=f"{MONTH:%Y-%m}")
    whole, alone = [], []
    with open_instance(folder / "instance") as session:
        files = folder / "instance" / "files"
        import_file(session, export, load_rules(session), files, NOW, dry_run=False)
        for _ in range(rounds + 1):  # the first warms up
            seconds, pdf = _timed(lambda: print_paper(_composed(session)))
            whole.append(seconds)
            document = _composed(session).documents[0]
            seconds, _pdf = _timed(lambda document=document: render_html(document))
            alone.append(seconds)
        html.write_text(document, encoding="utf-8")
    fresh = [_alone("html", "--html", str(html))["seconds"] for _ in range(rounds)]
    bare = [_alone("bare")["seconds"] for _ in range(rounds)]
    with pikepdf.open(BytesIO(pdf)) as document_printed:
        pages = len(document_printed.pages)
    return {
        "report_seconds": round(min(whole[1:]), 2),
        "weasyprint_seconds": round(min(alone[1:]), 2),
        "report_ratio": round(min(whole[1:]) / min(alone[1:]), 2),
        "html_seconds": round(min(fresh), 2),
        "bare_seconds": round(min(bare), 2),
        "html_to_bare": round(min(fresh) / min(bare), 2),
        "report_pages": pages,
        "report_kb": round(len(pdf) / 1024, 1),
        "report_kb_per_12_pages": round(len(pdf) / 1024 * 12 / pages, 1),
    }


def _composed(session: Session) -> compose.Composed:
    """The report as the portal makes it, up to the HTML."""
    instansi = session.scalars(select(Instansi.id)).first()
    assert instansi is not None
    basis = gather_basis(session, instansi, MONTH, NOW)
    return compose.compose_report(
        ReportPaper(
            settings=PaperSettings(),
            figures=basis.figures,
            texts=proposed_texts(basis.figures),
            letter=Letter("065/9/403.113/2026", NOW.date()),
            signer=Signer("Kepala Dinas Komunikasi dan Informatika", "Hendra Gunawan, S.Sos."),
            register=basis.register,
            data_at=NOW,
        )
    )


# -- the register of a year ----------------------------------------------------------------------


def measure_register(rows: int, rounds: int) -> dict[str, Any]:
    """Seconds of a single pass and of the parts, and the most memory of one process."""
    single, parts = [], []
    for _ in range(rounds):
        single.append(_alone("single", "--rows", str(rows)))
        parts.append(_alone("parts", "--rows", str(rows)))
    fastest_single = min(each["seconds"] for each in single)
    fastest_parts = min(each["seconds"] for each in parts)
    return {
        "register_rows": rows,
        "single_seconds": fastest_single,
        "single_mb": single[0]["peak_mb"],
        "parts_seconds": fastest_parts,
        "register_ratio": round(fastest_parts / fastest_single, 2),
        "peak_mb": max(each["peak_mb"] for each in parts),
    }


def _register(rows: int) -> compose.Composed:
    months = [date(2026, number, 1) for number in range(1, 13)]
    return compose.compose_register(
        compose.RegisterPaper(
            settings=PaperSettings(),
            year=2026,
            months=[(month, register_rows(rows // 12, month)) for month in months],
            data_at=NOW,
        )
    )


# -- measured in a process of its own ------------------------------------------------------------


def _alone(what: str, *arguments: str) -> dict[str, Any]:
    # -c: the printing processes would import a main module that has a file.
    code = "import bench.report; raise SystemExit(bench.report.main())"
    command = [sys.executable, "-c", code, "--alone", what, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _in_parts(chosen: argparse.Namespace) -> dict[str, Any]:
    composed = _register(chosen.rows)
    return _measured(lambda: print_paper(composed))


def _in_one(chosen: argparse.Namespace) -> dict[str, Any]:
    compose.ROWS_TOGETHER = chosen.rows
    (document,) = _register(chosen.rows).documents
    return _measured(lambda: render_html(document))


def _finished_html(chosen: argparse.Namespace) -> dict[str, Any]:
    html = chosen.html.read_text(encoding="utf-8")
    return _measured(lambda: render_html(html))


def _bare(chosen: argparse.Namespace) -> dict[str, Any]:
    return _measured(lambda: render_html(BARE))


ALONE: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "parts": _in_parts,
    "single": _in_one,
    "html": _finished_html,
    "bare": _bare,
}


def _measured(work: Callable[[], bytes]) -> dict[str, Any]:
    """Seconds of `work`, WeasyPrint's import included, and the peak of each process in it."""
    seconds, _pdf = _timed(work)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"seconds": round(seconds, 2), "peak_mb": round(max(children, _own_peak()) / 1024)}


def _own_peak() -> int:
    """Kilobytes; getrusage would tell the peak of the process that this one was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def _timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    started = time.perf_counter()
    pdf = work()
    return time.perf_counter() - started, pdf


def _table(result: dict[str, Any]) -> str:
    most = {name: f"(paling banyak {target:g})" for name, target in TARGETS.items()}
    return "\n".join(
        (
            f"Laporan sebulan, {result['report_pages']} halaman",
            f"  dari basis data sampai PDF   {result['report_seconds']:8.2f} s",
            f"  WeasyPrint saja              {result['weasyprint_seconds']:8.2f} s",
            f"  perbandingan                 {result['report_ratio']:8.2f}    "
            + most["report_ratio"],
            f"  HTML jadi, proses baru       {result['html_seconds']:8.2f} s",
            f"  lima halaman kosong          {result['bare_seconds']:8.2f} s",
            f"  perbandingan                 {result['html_to_bare']:8.2f}    "
            + most["html_to_bare"],
            f"  ukuran                       {result['report_kb']:8.1f} KB",
            f"  ukuran tiap 12 halaman       {result['report_kb_per_12_pages']:8.1f} KB "
            + most["report_kb_per_12_pages"],
            f"Buku register, {result['register_rows']} baris",
            f"  sekali jalan                 {result['single_seconds']:8.2f} s, "
            f"{result['single_mb']} MB",
            f"  dalam bagian, dua proses     {result['parts_seconds']:8.2f} s",
            f"  perbandingan                 {result['register_ratio']:8.2f}    "
            + most["register_ratio"],
            f"  memori terbanyak satu proses {result['peak_mb']:8} MB " + most["peak_mb"],
        )
    )


if __name__ == "__main__":
    sys.exit(main())
