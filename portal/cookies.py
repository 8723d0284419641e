"""The session's cookie: by https one that no other name under the domain can set or read."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class SessionCookie(SecureCookieSessionInterface):
    """`__Host-session` and Secure where the page came by https; a plain one in an office without.

    The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2).
    """

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-session" if self.get_cookie_secure(app) else "session"

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(app.config["SESSION_COOKIE_SECURE"] or request.is_secure)
