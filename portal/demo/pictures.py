"""Small photographs and reports to attach, drawn on the spot."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.cases.files import Upload

_FORMATS = {"jpg": "JPEG", "png": "PNG", "pdf": "PDF"}
_SIZE, _MARGIN = (640, 400), 40


def draw(name: str, words: str, at: datetime) -> Upload:
    """A file called `name` (.jpg, .png or .pdf) with `words` on it, made at `at`."""
    image = Image.new("RGB", _SIZE, "#dfe7e2")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 300, *_SIZE), fill="#7c8b84")
    pen.multiline_text((_MARGIN, _MARGIN), words, fill="#1d2b26", font=ImageFont.load_default(24))
    pen.text((_MARGIN, 330), f"{at:%d-%m-%Y %H.%M}", fill="white", font=ImageFont.load_default(20))
    kind = _FORMATS[name.rpartition(".")[2]]
    made = {"creationDate": at.timetuple(), "modDate": at.timetuple()} if kind == "PDF" else {}
    file = BytesIO()
    image.save(file, kind, **made)
    return Upload(name, file.getvalue())
