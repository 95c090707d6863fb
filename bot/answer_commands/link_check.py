"""Whether the pages that answers link to are still there. Asked on request only: a lint must work offline."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import requests

AT_ONCE = 4
TIMEOUT = (5, 10)  # seconds to connect, and to answer
NO_ANSWER = "could not be reached"
NO_HEAD = (403, 405, 501)  # sites that answer only what a browser asks


def broken_links(links: Iterable[str]) -> dict[str, str]:
    """Each link that did not answer with its page, and what it said instead. A page that moved is broken too."""
    wanted = list(dict.fromkeys(links))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = threads.map(_problem, wanted)
    return {link: problem for link, problem in zip(wanted, answers, strict=True) if problem}


def _problem(link: str) -> str | None:
    try:
        status, moved_to = _ask("HEAD", link)
        if status in NO_HEAD:
            status, moved_to = _ask("GET", link)
    except requests.RequestException as error:
        return f"{NO_ANSWER} ({type(error).__name__})"
    if moved_to is not None:
        return f"moved to {moved_to}"
    return None if status < 300 else f"answers {status}"


def _ask(method: str, link: str) -> tuple[int, str | None]:
    with requests.request(method, link, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
        return answer.status_code, answer.headers.get("Location") if answer.is_redirect else None
