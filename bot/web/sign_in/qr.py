"""The secret of an authenticator app as a picture and as letters."""

import io

import segno
from markupsafe import Markup


def picture(address: str) -> Markup:
    """A QR code as SVG, which stands in the page itself: no other request carries the secret."""
    out = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgns=False, title="QR code", light="#ffffff", omitsize=False
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno from numbers; no text is in it


def in_fours(secret: str) -> str:
    """In groups of four, as people type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
