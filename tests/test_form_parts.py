import pytest
from flask import Flask
from flask.testing import FlaskClient

NAMELESS = (
    b"--x\r\nContent-Disposition: form-data\r\n\r\nisi\r\n"
    b'--x\r\nContent-Disposition: form-data; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'
)
NAMED = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\ntuti\r\n'


@pytest.mark.parametrize("guarded", [True, False])
def test_parts_of_a_form_without_a_name_are_passed_over(
    app: Flask, client: FlaskClient, guarded: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = guarded
    answer = client.post(
        "/masuk", data=NAMELESS + NAMED + b"--x--", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == (400 if guarded else 422)
    assert guarded or 'value="tuti"' in answer.text
