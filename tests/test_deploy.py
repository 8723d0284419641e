"""The examples for an office's server: what stands before the portal, and as whom it runs."""

import re
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

DEPLOY = Path(__file__).parent.parent / "deploy"


def test_nginx_speaks_nothing_older_than_tls_1_2_nothing_weak_and_no_version() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"ssl_protocols (.*);", nginx) == ["TLSv1.2 TLSv1.3"]
    assert "server_tokens off;" in nginx
    allowed = SSLContext(PROTOCOL_TLS_SERVER)
    allowed.set_ciphers(re.findall(r"ssl_ciphers (.*);", nginx)[0])
    for cipher in allowed.get_ciphers():
        assert cipher["aead"], cipher
        assert cipher["kea"] in ("kx-ecdhe", "kx-any"), cipher  # any: TLS 1.3, always ephemeral
    assert nginx.count("server {") == 2  # the other one only leads to https
    assert "return 301 https://$host$request_uri;" in nginx


def test_nginx_keeps_no_addresses_and_tells_the_portal_who_asks_in_its_own_words() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "access_log off;" in nginx
    told = dict(re.findall(r"proxy_set_header (\S+) (\S+);", nginx))
    assert told == {
        "Host": "$host",
        "X-Forwarded-Host": "$host",
        "X-Forwarded-For": "$remote_addr",  # not what the caller says of himself
        "X-Forwarded-Proto": "$scheme",
    }


def test_nginx_slows_down_who_asks_too_often() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "limit_req_zone $binary_remote_addr zone=portal:10m rate=20r/s;" in nginx
    assert "limit_req zone=portal burst=200 nodelay;" in nginx
    assert "limit_req_log_level info;" in nginx  # below what is written


def test_the_service_runs_as_nobody_special_and_writes_in_its_own_folder_alone() -> None:
    service = (DEPLOY / "portal-pengaduan.service").read_text(encoding="utf-8")
    settings = dict(re.findall(r"^(\w+)=(.*)$", service, flags=re.M))
    assert settings["User"] == "portal"
    assert (settings["UMask"], settings["LimitCORE"]) == ("0077", "0")
    assert (settings["NoNewPrivileges"], settings["ProtectSystem"]) == ("yes", "strict")
    assert settings["ReadWritePaths"] == "/opt/portal-pengaduan"
    assert "--host 127.0.0.1" in settings["ExecStart"]
