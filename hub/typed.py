"""What a keyboard, a phone or a clipboard sends, made into clean text. Knows nothing of HTML: that is `richtext`."""

import re
import unicodedata

MARKS = 4
"""How many combining marks one letter may carry. Writing needs three; more climb over other people's words."""

BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 without tab and newline, byte order marks, and code points Unicode promises never to use.
CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef"
    + "".join(f"{chr(p + 0xFFFE)}-{chr(p + 0xFFFF)}" for p in range(0, 0x110000, 0x10000))
    + "]"
)
SURROGATES = re.compile("[\ud800-\udfff]")
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
OVERRIDES = "\u202d\u202e"  # show words in another order than they are stored in: never kept
EMBEDS, EMBED_END, ISOLATES, ISOLATE_END = "\u202a\u202b", "\u202c", "\u2066\u2067\u2068", "\u2069"
UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co"})  # not "Cn": this year's emoji are unassigned to last year's tables
BLANKS = "\u115f\u1160\u3164\uffa0\u2800"  # take a place on the line, but show nothing
# Fillers, the grapheme joiner and variation selectors: with them, two names look the same and are not.
UNSEEN = re.compile(f"[{BLANKS}\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def clean_input(text: str) -> str:
    """The same words in one canonical form: NFC, newlines as \\n, nothing invisible that does harm. Never raises.

    Cleaning twice changes nothing. Joiners stay, because Persian words and many emoji need them. Text that would show
    nothing at all becomes empty.
    """
    text = CONTROLS.sub("", BREAKS.sub("\n", SURROGATES.sub("\ufffd", text)))
    if not text.isascii():
        text = "\n".join(_balanced(line) for line in text.split("\n"))
        text = _few_marks(unicodedata.normalize("NFC", _few_marks(text)))
        if not any(map(visible, text)):
            return ""
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{5,}", "\n\n\n\n", text).strip("\n")


def clean_name(text: str) -> str:
    """One line for a name or a title: no line breaks, nothing invisible, single spaces. Never raises."""
    text = re.sub(r"\s+", " ", clean_input(text))
    kept = "".join(c for c in UNSEEN.sub("", text) if unicodedata.category(c) not in UNPRINTED)
    return " ".join(clean_input(kept).split())


def visible(character: str) -> bool:
    """Whether a character shows anything by itself."""
    category = unicodedata.category(character)
    return category[0] not in "ZM" and category not in UNPRINTED and character not in BLANKS


def _few_marks(text: str) -> str:
    """Drop the marks after the first few on each letter. Invisible format characters between them do not count anew."""
    kept, marks = [], 0
    for character in text:
        category = "" if character.isascii() else unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MARKS:
                continue
        elif category != "Cf":
            marks = 0
        kept.append(character)
    return "".join(kept)


def _balanced(line: str) -> str:
    """Without direction overrides, and without embeddings or isolates that are not closed on their own line."""
    if not DIRECTIONS.search(line):
        return line
    drop: set[int] = set()
    stack: list[int] = []
    for at, character in enumerate(line):
        if character in OVERRIDES:
            drop.add(at)
        elif character in EMBEDS or character in ISOLATES:
            stack.append(at)
        elif character == EMBED_END:
            if stack and line[stack[-1]] in EMBEDS:
                stack.pop()
            else:
                drop.add(at)
        elif character == ISOLATE_END:
            while stack and line[stack[-1]] in EMBEDS:  # an isolate closes what was opened inside it
                drop.add(stack.pop())
            if stack:
                stack.pop()
            else:
                drop.add(at)
    drop.update(stack)
    return "".join(character for at, character in enumerate(line) if at not in drop)
