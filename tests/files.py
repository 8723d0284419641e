"""Files as people send them, made on the spot."""

from io import BytesIO

import pikepdf
from PIL import Image


def pdf(said: bytes = b"isi", **root: str) -> bytes:
    """A PDF of one page that holds `said` as it is; more of its root by keyword, in PDF's words."""
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        page.obj.Said = document.make_stream(said)
        for name, value in root.items():
            document.Root[f"/{name}"] = document.make_indirect(pikepdf.Object.parse(value.encode()))
        output = BytesIO()
        document.save(output, compress_streams=False, deterministic_id=True)
    return output.getvalue()


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **saved: object) -> bytes:
    """A picture that is dark on its left and light on its right."""
    image = Image.linear_gradient("L").rotate(90).resize(size).convert("RGB")
    output = BytesIO()
    image.save(output, kind, **saved)
    return output.getvalue()
