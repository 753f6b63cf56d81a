"""What a person typed, made clean, and made safe to show.

Belongs here: everything that turns typed words into HTML or excerpts. The only module that may import the sanitiser or
`mark_safe`. Does not belong here: what words may say (moderation), how long they may be (forms), how they look (CSS).

Two independent walls: the Markdown reader never lets HTML through, and what it writes passes a strict allow-list.
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from html import escape, unescape
from types import MethodType

from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.main import Match  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from hub.destinations import REL, leads_to, show_destinations
from hub.typed import clean_input, clean_name

__all__ = ["RENDERER_VERSION", "as_html", "clean_input", "clean_name", "plain", "render_message"]

RENDERER_VERSION = 1
"""Stored beside rendered HTML. Raise it when the same words would now render differently."""

MESSAGE_LENGTH = 10_000
"""Characters. Longer text is shown as it was typed, without markup."""

TAGS = frozenset({"p", "br", "strong", "em", "code", "ul", "ol", "li", "blockquote", "a", "span"})
SCHEMES = frozenset({"http", "https", "mailto"})

# What reading and sanitising cost, in units of about 0.1 ms. Beyond EFFORT the words are shown as typed, so that the
# slowest message stays under a tenth of a second whatever it holds. A long, lively message stays under 200.
EFFORT = 500
COSTS = (
    (re.compile(r"//|https?:|mailto:|www\.", re.IGNORECASE), 6.0),
    (re.compile(r"\n"), 2.0),
    (re.compile(r"[*_`\[<>&!\\]"), 1.0),
    (re.compile(r"[\]:=~{}$%^@#+-]"), 0.1),
)
DEPTH = 10  # the reader itself stops at NESTING, and drops what is deeper
NESTING = 20

WWW = r"^(?:[\w-]{1,63}\.)+[a-z]{2,24}(?![\w@-])(?:/(?:[^\s<>\"]{0,500}[\w/])?)?"


def render_message(text: str) -> str:
    """A room message as HTML: paragraphs, emphasis, code, lists, quotations and links, nothing else.

    Never raises, takes bounded time for any text, and loses no word but the hidden title of a link.
    """
    text = clean_input(text)
    if len(text) > MESSAGE_LENGTH or _effort(text) > EFFORT:
        return _as_typed(text)
    try:
        with _one_at_a_time:
            return _read(text)
    except Exception:  # whatever goes wrong in the reader, the person's words are shown
        return _as_typed(text)


def as_html(stored: str) -> SafeString:
    """Mark HTML safe for a template. Only for what `render_message` wrote and the database kept."""
    return mark_safe(stored)


def plain(html_or_text: str, limit: int) -> str:
    """The words without markup, on one line of at most `limit` characters, cut after a word with an ellipsis.

    Takes stored HTML or text as typed. The answer is text: templates escape it as usual.
    """
    html = html_or_text if re.match(r"<(?:p|ul|ol|blockquote)\b", html_or_text) else render_message(html_or_text)
    spaced = re.sub(r"<br\s*/?>|</(?:p|li|blockquote)>", " ", html)
    words = " ".join(unescape(re.sub(r"<[^<>]*>", "", spaced)).split())
    if len(words) <= limit:
        return words
    cut = words[: max(limit - 1, 0)]
    at = len(cut) if words[len(cut) :].startswith(" ") else cut.rfind(" ")
    if at <= len(cut) // 2:  # one very long word, or a language without spaces: never cut inside a character
        at = len(cut)
        while at > 1 and unicodedata.category(words[at])[0] in "MC":
            at -= 1
    return clean_input(cut[:at]).rstrip(" ,.;:-") + "…"


def _read(text: str) -> str:
    tokens = _reader.parse(text)
    if _depth(tokens) > DEPTH:
        return _as_typed(text)
    return _cleaner.clean(_reader.renderer.render(tokens, _reader.options, {})).strip()


def _effort(text: str) -> float:
    return sum(cost * len(pattern.findall(text)) for pattern, cost in COSTS)


def _as_typed(text: str) -> str:
    """The words as they were typed, paragraphs and line breaks kept. Needs no sanitiser: everything is escaped."""
    paragraphs = re.split(r"\n\n+", escape(text, quote=False).strip("\n"))
    return "\n".join("<p>" + part.replace("\n", "<br>\n") + "</p>" for part in paragraphs if part.strip())


def _depth(tokens: Sequence[Token]) -> int:
    deepest = 0
    for token in tokens:
        inside = max((child.level for child in token.children or ()), default=0)
        deepest = max(deepest, token.level + inside)
    return deepest


def _link_close(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    shown = escape(token.meta["shown"])
    if token.hidden:
        return "</a>"
    return f'</a> <span class="host">({shown})</span>' if token.meta["words"] else f"{shown}</a>"


def _text(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return escape(tokens[index].content, quote=False)  # quotes need no entity here, and entities are slow to sanitise


def _code(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return f"<code>{escape(tokens[index].content, quote=False)}</code>"


def _keep_numbers(state: StateCore) -> None:
    """Show the numbers of a list as typed: somebody who answers points 3 and 7 did not write 3 and 4."""
    for token in state.tokens:
        if token.type == "list_item_open" and token.info:
            token.attrs = {"value": int(token.info)}
        elif token.type == "ordered_list_open":
            token.attrs = {}


def _https(_: LinkifyIt, match: Match) -> None:
    match.url = "https://" + match.url


def _make_reader() -> MarkdownIt:
    """The Markdown reader: only what a message may hold is switched on, so headings, images and HTML stay text."""
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": NESTING}
    found = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    # Only what clearly is an address: "that is all.So I left" must not become a link to a stranger's site.
    found.add("//", None).add("ftp:", None)
    found.add("www.", {"validate": WWW, "normalize": MethodType(_https, found)})
    reader = MarkdownIt("zero", options)
    reader.linkify = found
    reader.enable(["blockquote", "list", "newline", "escape", "backticks", "emphasis", "link", "autolink", "linkify"])
    reader.core.ruler.push("destinations", show_destinations)
    reader.core.ruler.push("numbers", _keep_numbers)
    reader.validateLink = lambda url: bool(leads_to(url))  # type: ignore[method-assign]
    for name, rule in (("link_close", _link_close), ("text", _text), ("code_inline", _code)):
        reader.add_render_rule(name, rule)
    return reader


def _allowed(tag: str, name: str, value: str) -> bool:
    match tag, name:
        case "a", "href":
            return bool(leads_to(value))
        case "a", "rel":
            return value == REL
        case "span", "class":
            return value == "host"
        case "li", "value":
            return re.fullmatch(r"[0-9]{1,9}", value) is not None
    return False


# The sanitiser and the link finder keep state while they work, so threads take turns. They would wait anyway: it is all
# one interpreter's CPU time.
_one_at_a_time = threading.Lock()
_reader = _make_reader()
_cleaner = Cleaner(tags=TAGS, attributes=_allowed, protocols=SCHEMES)
