"""How an answer goes over the wire: not at all where its reader has it, else as small as can be."""

import gzip
import hashlib
import re

import brotli
from flask import Request, Response

# What a coding is called in a header -> how a file is called that holds it, the better one first.
ENDINGS = {"br": ".br", "gzip": ".gz"}
# Files are compressed once, as tightly as can be; pages each time, so that nobody waits for it:
# beyond five, brotli costs several times the milliseconds for a hundredth of the bytes.
FILE_QUALITY, PAGE_QUALITY = {"br": 11, "gzip": 9}, {"br": 5, "gzip": 6}
_TEXT = ("text/", "application/json", "image/svg")
# What is new in every copy of a page and says nothing new: its forms' keys, and a line that says of
# what time all the rest is.
_PASSING = re.compile(rb'name="(?:csrf_token|key)" value="[^"]*"|<p class="head passing">.*')
# Below this, what a coding saves is what its own header costs.
_SMALL = 150


def compress(content: bytes, coding: str, quality: int) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, brotli.MODE_TEXT, quality))
    return gzip.compress(content, quality, mtime=0)


def coding_for(request: Request) -> str:
    """The best of `ENDINGS` that the reader takes, "" where he takes none.

    Browsers name `br` only where nothing between can mistake it: over TLS and on their own machine.
    """
    accepted = request.accept_encodings
    return next((coding for coding in ENDINGS if accepted[coding] > 0), "")


def compress_answer(request: Request, response: Response) -> None:
    """Compress a text that is not compressed yet; files and streams are left as they are."""
    if (
        not (response.mimetype or "").startswith(_TEXT)
        or response.is_streamed
        or "Content-Encoding" in response.headers
    ):
        return
    response.vary.add("Accept-Encoding")
    coding = coding_for(request)
    content = response.get_data()
    if coding and len(content) > _SMALL:
        response.set_data(compress(content, coding, PAGE_QUALITY[coding]))
        response.headers["Content-Encoding"] = coding


def validate_page(request: Request, response: Response, form_token: str) -> None:
    """Answer 304 if the browser has this page already, whatever it is made of.

    `form_token` is what the tokens of the page's forms stand for: those of a page that was kept are
    good as long as that is the same.
    """
    if request.method != "GET" or response.status_code != 200 or response.mimetype != "text/html":
        return
    says = _PASSING.sub(b"", response.get_data()) + form_token.encode()
    response.set_etag(hashlib.sha256(says).hexdigest()[:12], weak=True)
    response.make_conditional(request)
