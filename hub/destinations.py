"""Where a link leads, and saying so beside it: nobody is sent anywhere unseen.

Decides which addresses may become links at all. Finding links in text and writing them as HTML is `richtext`.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from hub.typed import visible

REL = "nofollow noopener noreferrer"
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
ADDRESS = re.compile(rf"mailto:([\w.+-]{{1,64}}@{HOST.pattern})", re.I | re.ASCII)


def leads_to(url: str) -> str:
    """Whom or what host a link leads to, as a browser would read it. Empty: not a link we make."""
    if mail := ADDRESS.fullmatch(url):
        return mail[1].lower()
    try:
        parts = urlsplit(url)
        host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
        host = host.lower()
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or len(url) > 2000 or len(host) > 253 or not HOST.fullmatch(host):
        return ""
    return host if _letters(host) else ""


def readable(destination: str) -> str:
    """A host in its own letters when they are all of one script; else its ASCII form, which imitates nobody."""
    letters = _letters(destination)
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters if letter.isalpha()}
    return letters if len(scripts) == 1 else destination


def _letters(host: str) -> str:
    """A host with its international letters. Empty: the name is not one that browsers accept."""
    if "xn--" not in host:
        return host
    try:
        letters = host.encode().decode("idna")
        return letters if letters.encode("idna").decode() == host else ""
    except UnicodeError:
        return ""


def says_where(words: str, destination: str) -> bool:
    """Whether the words of a link already begin with where it leads, in letters that cannot be mistaken."""
    said = re.sub(r"^(?:https?://|mailto:)", "", words.strip().lower())
    rest = said.removeprefix(destination)
    return said == destination or (rest != said and said.isascii() and rest[0] in "/?#:")


def show_destinations(state: StateCore) -> None:
    """Give each link its `rel`, and a `shown` destination unless its own words say it. `[words]()` stays as typed."""
    for block in state.tokens:
        opened, words = None, ""
        for token in block.children or ():
            if token.type == "link_open":
                opened, words = token, ""
            elif token.type == "link_close" and opened:
                _tell(opened, token, words)
                opened = None
            else:
                words += token.content


def _tell(opened: Token, closed: Token, words: str) -> None:
    href = str(opened.attrs["href"])
    destination = leads_to(href)
    if not destination:
        opened.type, opened.content = "text", "["
        closed.type, closed.content = "text", "]()"
        return
    shown = readable(destination)
    opened.attrs = {"href": href, "rel": REL}
    closed.meta = {"shown": shown, "words": any(map(visible, words))}
    closed.hidden = says_where(words, shown)
