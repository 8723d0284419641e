"""What a page of somebody else's can make a browser do here: send no form, lead nobody away."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import quote, urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from portal import create_app
from portal.blueprints.held import Held, local_path
from portal.models import Account

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
OURS = "http://portal.test"


def unsafe_routes() -> list[tuple[str, str]]:
    """Each route that may change something: an address that it matches, a method."""
    app = create_app()
    adapter = app.url_map.bind("portal.test")
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: "2026" if name == "year" else "1" for name in rule.arguments}
        for method in (rule.methods or set()) & UNSAFE:
            address = adapter.build(rule.endpoint, values, method=method, append_unknown=False)
            found.append((address, method))
    return sorted(found)


@pytest.fixture
def touched(app: Flask) -> list[str]:
    """The tokens of forms are looked at, and every view that is run is noted here."""
    app.config["WTF_CSRF_ENABLED"] = True
    ran: list[str] = []
    for endpoint, view in app.view_functions.items():

        def noted(*, _name: str = endpoint, **values: object) -> str:
            ran.append(_name)
            return "berjalan"

        noted.permission = view.permission  # type: ignore[attr-defined]
        app.view_functions[endpoint] = noted
    return ran


@pytest.mark.parametrize("signed_in", [False, True], ids=["nobody", "signed-in"])
@pytest.mark.parametrize("origin", [None, "http://jahat.test", OURS])
def test_nothing_that_may_change_something_runs_without_the_token_of_the_form(
    app: Flask,
    cast: SimpleNamespace,
    sign_in: Callable[[FlaskClient, Account], None],
    touched: list[str],
    origin: str | None,
    signed_in: bool,
) -> None:
    client = app.test_client()
    if signed_in:
        sign_in(client, cast.instansi)
    data = {"csrf_token": "salah", "next": "/"}
    headers = {"Origin": origin} if origin else {}
    answers = [
        client.open(address, method=method, headers=headers, data=data, base_url=OURS).status_code
        for address, method in unsafe_routes()
    ]
    assert len(answers) > 50
    assert set(answers) <= {400, 401, 412, 422}
    assert touched == []


def test_a_form_with_its_token_runs(client: FlaskClient, touched: list[str]) -> None:
    client.get("/masuk")
    assert touched == ["auth.sign_in"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = raw = "0" * 40
    token = URLSafeTimedSerializer(client.application.secret_key or "", "wtf-csrf-token").dumps(raw)
    client.post("/keluar", data={"csrf_token": token})
    assert touched == ["auth.sign_in", "auth.sign_out"]


# -- where a browser is led ----------------------------------------------------------------------


def leads_away(target: str) -> bool:
    """Whether a browser that reads as the URL standard says leaves the portal for `target`."""
    target = re.sub(r"[\t\n\r]", "", target).strip("".join(map(chr, range(0x21))))
    address, mark, query = target.partition("?")
    address = re.sub(r"^(https?:)?/{2,}", r"\1//", address.replace("\\", "/"))
    try:
        return not all(
            urljoin(f"{scheme}://portal.test/masuk", address + mark + query).startswith(
                f"{scheme}://portal.test/"
            )
            for scheme in ("http", "https")
        )
    except ValueError:
        return True


SIGNS = [*"/\\@:.?#\t\n\r\0 []\u2028\uff0f", "//", "..", "%2f", "%5c", "%09"]
WORDS = ["evil.test", "portal.test", "masuk", "http:", "https:", "javascript:"]
TARGETS = st.lists(st.sampled_from(SIGNS + WORDS) | st.text(max_size=3), max_size=7).map("".join)
EVIL = [
    *(
        "//evil.test",
        "\\\\evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "\t//evil.test",
        "///evil.test",
    ),
    *("https:/evil.test", "https:evil.test", "javascript:alert(1)", "//portal.test@evil.test"),
]


@settings(max_examples=600)
@given(TARGETS)
def test_what_is_taken_for_a_path_of_ours_never_leads_away(target: str) -> None:
    path = local_path(target)
    assert path is None or not leads_away(path)


@pytest.mark.parametrize("target", EVIL)
def test_the_known_ways_of_leading_away_lead_away_and_are_taken_for_no_path(target: str) -> None:
    assert leads_away(target)
    assert local_path(target) is None


@pytest.mark.parametrize("target", ["/", "/meja", "/admin-instansi/?q=jalan%20rusak&x=//a.b/c#z"])
def test_a_path_of_ours_is_kept_as_it_is(target: str) -> None:
    assert not leads_away(target)
    assert local_path(target) == target


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TARGETS | st.sampled_from(EVIL))
@example("//evil.test")
def test_no_answer_sends_a_browser_away(
    app: Flask,
    cast: SimpleNamespace,
    sign_in: Callable[[FlaskClient, Account], None],
    target: str,
) -> None:
    client, path = app.test_client(), quote(target, safe="/")
    answers = [client.post("/bahasa", data={"language": "id", "next": target}, base_url=OURS)]
    sign_in(client, cast.instansi)
    answers += [
        client.get("/masuk", query_string={"next": target}, base_url=OURS),
        *(client.get(f"{place}{path}", base_url=OURS) for place in ("/", "/pengaduan/", "/arsip/")),
    ]
    for answer in answers:
        assert answer.status_code < 500
        location = answer.headers.get("Location", "/").replace(OURS, "", 1)
        assert not leads_away(location), location


def test_a_form_that_waited_goes_nowhere_else(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[[FlaskClient, Account], None]
) -> None:
    sign_in(client, cast.instansi)
    assignment = str(cast.instansi.assignments[0].id)
    for target in EVIL:
        held = Held(target, [("x", "y")], []).packed
        answer = client.post("/meja", data={"assignment": assignment, "held": held})
        assert "evil.test" not in answer.text
        assert not leads_away(answer.headers.get("Location", "/"))
