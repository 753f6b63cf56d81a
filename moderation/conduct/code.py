"""The code of conduct in force, in the reader's language, and agreeing to it. Pages are in views.py."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from hub.members.models import Member
from moderation.conduct.models import Acceptance, Clause, ClauseText, CodeVersion


@dataclass(frozen=True)
class ClauseShown:
    """A clause as one reader meets it. `language` is that of the words, which may not be the one asked for."""

    id: int
    number: int
    key: str
    language: str
    title: str
    text: str
    why: str
    example: str
    state: str

    @property
    def needs_native_reader(self) -> bool:
        return self.state == ClauseText.State.NEEDS_NATIVE_READER


def current_version() -> CodeVersion | None:
    """The version in force; None only before the first code was laid down."""
    return CodeVersion.objects.exclude(published_at=None).order_by("-number").first()


def clauses_in_force(language: str) -> list[ClauseShown]:
    """Every clause of the current version, by number, each in this language or the nearest there is. Two queries."""
    newest = CodeVersion.objects.exclude(published_at=None).order_by("-number").values("pk")[:1]
    clauses = Clause.objects.filter(version__in=newest).order_by("number").prefetch_related("texts")
    return [_shown(clause, language) for clause in clauses]


def shown_clause(pk: int, language: str) -> ClauseShown:
    """One clause of any version, in this language or the nearest there is: for what was once said about it."""
    return _shown(Clause.objects.prefetch_related("texts").get(pk=pk), language)


def _shown(clause: Clause, language: str) -> ClauseShown:
    """Without words in the language asked for: the hub's own language, then the one the clause was written in."""
    texts = {text.language: text for text in clause.texts.all()}
    source = next((text for text in texts.values() if text.state == ClauseText.State.SOURCE), None)
    text = texts.get(language) or texts.get(settings.LANGUAGE_CODE) or source or next(iter(texts.values()))
    return ClauseShown(
        id=clause.pk,
        number=clause.number,
        key=clause.key,
        language=text.language,
        title=text.title,
        text=text.text,
        why=text.why,
        example=text.example,
        state=text.state,
    )


def accept(*, member: Member, version: CodeVersion) -> Acceptance:
    """Record that the member agreed to the version they read. Agreeing again changes nothing."""
    acceptance, _ = Acceptance.objects.get_or_create(member=member, version=version)
    return acceptance


def has_accepted(*, member: Member, version: CodeVersion) -> bool:
    return Acceptance.objects.filter(member=member, version=version).exists()


class AgreedAtTheDoor:
    """Whoever arrives agreed to the code they were shown there (`hub.contracts.Arrival`)."""

    def arrived(self, member: object) -> None:
        version = current_version()
        if version is not None and isinstance(member, Member):
            accept(member=member, version=version)
