"""The administrator's page of letterhead, paper, numbering and signatures."""

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from portal.cases.files import path_of
from portal.cases.report_settings import emblem_hash, paper_settings, settings_form
from tests.blueprints.pages import landed


def picture() -> bytes:
    output = BytesIO()
    Image.new("RGB", (300, 360), "darkgreen").save(output, "PNG")
    return output.getvalue()


def test_the_settings_are_kept_and_shown_with_the_emblem(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    form = settings_form(session, app.config["FILES"]) | {"size": "F4", "city": "Maospati"}
    answer = admin.post(
        "/administrator/naskah/", data={**form, "emblem": (BytesIO(picture()), "lambang.png")}
    )
    page = landed(admin, answer)
    assert "Pengaturan naskah disimpan." in page
    assert 'value="Maospati"' in page
    assert '<option value="F4" selected>' in page
    assert 'src="/administrator/naskah/lambang.png' in page
    with admin.get("/administrator/naskah/lambang.png") as image:
        assert image.data.startswith(b"\x89PNG")
    path_of(app.config["FILES"], emblem_hash(session) or "").write_bytes(b"lain")
    assert admin.get("/administrator/naskah/lambang.png").status_code == 500
    assert paper_settings(session, app.config["FILES"]).size == "F4"


def test_without_an_emblem_there_is_none_to_show(admin: FlaskClient) -> None:
    assert "lambang.png" not in admin.get("/administrator/naskah/").text
    assert admin.get("/administrator/naskah/lambang.png").status_code == 404


def test_what_is_no_picture_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    form = settings_form(session, app.config["FILES"]) | {"city": "Maospati"}
    answer = admin.post(
        "/administrator/naskah/", data={**form, "emblem": (BytesIO(b"GIF89a"), "lambang.gif")}
    )
    assert answer.status_code == 422
    assert "bukan gambar PNG atau JPEG" in answer.text
    assert 'value="Maospati"' in answer.text


def test_a_picture_of_fifty_megabytes_is_answered_with_a_sentence(admin: FlaskClient) -> None:
    answer = admin.post(
        "/administrator/naskah/",
        input_stream=BytesIO(bytes(51 * 1024 * 1024)),
        content_type="multipart/form-data; boundary=x",
        content_length=51 * 1024 * 1024,
    )
    assert answer.status_code == 413
    assert "lebih dari 50 MB. Perkecil atau bagi" in answer.text
