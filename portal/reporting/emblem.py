"""The picture at the left of the letterhead: what may come in, and how it is made small."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from portal.sop.text import N_, Refusal

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
_PRINTED = (240, 288)  # pixels: 20 x 24 mm at 300 to the inch
_COLOURS = 64


def prepare_emblem(content: bytes) -> bytes:
    """An uploaded PNG or JPEG as a small PNG on white, some 10 KB. Raises Refusal."""
    if len(content) > MAX_BYTES:
        raise Refusal(
            N_("Gambar lambang lebih dari %(limit)s MB. Perkecil gambarnya, lalu unggah lagi."),
            limit=MAX_BYTES // 1024**2,
        )
    picture = _opened(content)
    picture.thumbnail(_PRINTED)
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture)
    output = BytesIO()
    flat.quantize(_COLOURS).save(output, "PNG", optimize=True)
    return output.getvalue()


def _opened(content: bytes) -> Image.Image:
    too_many = Refusal(N_("Gambar lambang berisi terlalu banyak titik. Perkecil gambarnya."))
    try:
        picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MAX_PIXELS:
            raise too_many
        picture.verify()  # afterwards it must be opened anew
        return Image.open(BytesIO(content)).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refusal(N_("Berkas ini bukan gambar PNG atau JPEG yang dapat dibaca.")) from None
