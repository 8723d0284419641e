"""A program: a file on standard input; a picture comes out anew, a PDF is only looked through.

    python -I upload_program.py application/pdf|image/jpeg|image/png

A picture of a few kilobytes can unpack to gigabytes, and PDFs damage their readers: therefore it
runs in a process of its own, with memory and time limited, and imports nothing of the portal.

It ends with 0, having written the picture without anything that was hidden beside its points (where
and when it was taken, by which telephone), or with one of the codes below; a file that cannot be
read ends it with any other.
"""

import resource
import sys
from io import BytesIO
from typing import Any

MEMORY = 1024**3
CPU_SECONDS = 30
MAX_PIXELS = 64_000_000

LOCKED, ACTIVE, TOO_MANY_PIXELS = 10, 11, 12

# What makes a reader run, fetch, send or unpack something (ISO 32000-1: 12.6.4, 12.7.8, 7.11.4).
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles"})
_ACTIVE_TYPES = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/EmbeddedFile"),
        *("/FileAttachment", "/RichMedia", "/RichMediaExecute", "/Rendition", "/Screen"),
        *("/Movie", "/3D"),
    }
)


def redrawn(content: bytes) -> bytes:
    """The picture upright, with its points as they were and nothing else."""
    from PIL import Image, ImageOps, JpegImagePlugin

    Image.MAX_IMAGE_PIXELS = None  # ours is the smaller limit
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise SystemExit(TOO_MANY_PIXELS)
        upright = ImageOps.exif_transpose(picture)
        upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
        output = BytesIO()
        if picture.format == "PNG":
            upright.save(output, "PNG")
        else:  # with the tables of its camera, so that it loses next to nothing
            upright.save(
                output,
                "JPEG",
                optimize=True,
                qtables=picture.quantization,  # type: ignore[attr-defined]
                subsampling=JpegImagePlugin.get_sampling(picture),
            )
    return output.getvalue()


def look_through(content: bytes) -> None:
    """Every object of a PDF, also those that nothing names and those packed in streams."""
    import pikepdf

    try:
        pdf = pikepdf.open(BytesIO(content), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise SystemExit(LOCKED) from None
    with pdf:
        if not len(pdf.pages):
            raise ValueError
        waiting: list[Any] = [pdf.trailer, *pdf.objects]
        while waiting:
            waiting += _parts(waiting.pop(), pikepdf)


def _parts(thing: Any, pikepdf: Any) -> list[Any]:
    """What lies within `thing` itself; what it only refers to is looked at in its own turn."""
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        keys = set(thing.keys())
        types = {str(thing.get(key)) for key in ("/S", "/Type", "/Subtype") if key in keys}
        if keys & _ACTIVE_KEYS or types & _ACTIVE_TYPES:
            raise SystemExit(ACTIVE)
        inner = [thing.get(key) for key in keys]
    else:
        return []
    return [one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    if sys.argv[1] == "application/pdf":
        look_through(content)
    else:
        sys.stdout.buffer.write(redrawn(content))


if __name__ == "__main__":
    main()
