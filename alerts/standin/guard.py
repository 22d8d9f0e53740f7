"""Who may look at the page and press its buttons: a browser on this machine, from the page itself."""

import hmac
from urllib.parse import urlsplit

from aiohttp import web

_LOOPBACK = frozenset(("127.0.0.1", "localhost"))
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
KEY_HEADER = "X-Stand-In"


def check_reader(request: web.Request) -> None:
    """Turn away who came by another name, for a foreign site may have its own name point here.

    Raises
    ------
    aiohttp.web.HTTPForbidden
        If the host is not this machine.
    """
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        raise web.HTTPForbidden(text="Only this machine may look here.")


def check_actor(request: web.Request, key: str) -> None:
    """Turn away requests that another site made in the reader's browser.

    Raises
    ------
    aiohttp.web.HTTPForbidden
        If the request does not come from the page with its key.
    """
    check_reader(request)
    same_origin = request.headers.get("Origin") == f"http://{request.host}"
    same_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    knows_key = hmac.compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode())
    if not (same_origin and same_site and knows_key):
        raise web.HTTPForbidden(text="Only the page itself may do this. Please load it again.")
