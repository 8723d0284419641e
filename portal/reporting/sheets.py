"""HTML in, PDF out. The only file that imports WeasyPrint, and it does so when it prints."""

import gc

from portal.reporting.paper import font_files


def render_html(html: str) -> bytes:
    """PDF/A-2u of one HTML string. Fetches nothing: pictures come as `data:`.

    Raises MissingFont.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    font_files()
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
    return bytes(document.write_pdf(pdf_variant="pdf/a-2u"))


def render_part(html: str) -> bytes:
    """`render_html` in a process that does nothing else, without looking for garbage meanwhile.

    What a document is made of lives until it is printed; the search for what does not would cost
    an eighth of the time.
    """
    gc.disable()
    try:
        return render_html(html)
    finally:
        gc.enable()
        gc.collect()
