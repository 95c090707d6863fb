"""What forms send, read with care, and what is wrong with it in the shape that the error summary wants."""

from urllib.parse import urlsplit

from flask import request

LONGEST_FIELD = 300  # characters; the longest password is shorter


class Problems(dict[str, str]):
    """What is wrong, by the id of the field; the page shows it above the form and at the field."""

    def for_summary(self) -> list[dict[str, str]]:
        return [{"text": text, "href": f"#{field}"} for field, text in self.items()]

    def at(self, field: str) -> dict[str, str] | None:
        """For the field's own `errorMessage`."""
        return {"text": self[field]} if field in self else None


def field(name: str) -> str:
    """A field's value without white space around it; "" where it is missing. Too long is cut."""
    return request.form.get(name, "").strip()[:LONGEST_FIELD]


def password_field(name: str) -> str:
    """The same with nothing taken off: spaces belong to a password."""
    return request.form.get(name, "")[:LONGEST_FIELD]


def local_path(wanted: str | None) -> str | None:
    """Where to go after signing in, if it is a page of this service and nothing that leads elsewhere."""
    if not wanted or not wanted.startswith("/") or not wanted.isprintable() or "\\" in wanted or len(wanted) > 500:
        return None
    parts = urlsplit(wanted)
    is_local = not parts.scheme and not parts.netloc and not wanted.startswith("//")
    return wanted if is_local and not wanted.startswith(("/sign-", "/session")) else None
