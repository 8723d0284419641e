"""A QR code as a small SVG: one path, no size of its own."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules left white around it (ISO/IEC 18004)


def qr_svg(url: str) -> str:
    """`url` as an `<svg>` that fills what holds it; for HTML, WeasyPrint, or a file by itself."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(url)
    code.make(fit=True)
    modules: list[list[bool]] = code.get_matrix()
    size = len(modules) + 2 * QUIET
    path = "".join(
        f"M{start + QUIET} {y + QUIET}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(modules)
        for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" '
        f'aria-label="Kode QR"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin and end in a row."""
    edges = [
        x
        for x, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True))
        if left != right
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
