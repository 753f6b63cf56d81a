"""Coming in, going out, and what somebody may be asked to do: invitations, sign-ins, roles."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from hub.contracts import arrived, standing_changed
from hub.members.models import GLASS, PANES, Invitation, Member, Role, Session
from hub.members.names import mixes_scripts, username_of
from hub.typed import clean_name


def invite(*, role: str, by: Member | None = None) -> str:
    """Make an invitation and return its token, which is shown once and kept nowhere: 256 random bits."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        token_hash=_hash(token),
        role=Role.Name(role),
        made_by=by,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    return token


def find_invitation(token: str) -> Invitation | None:
    """The invitation, if it can still be used. Used, expired, revoked and unknown ones look the same from outside."""
    found = Invitation.objects.filter(token_hash=_hash(token)).first()
    return found if found is not None and found.is_usable(timezone.now()) else None


def accept_invitation(*, token: str, name: str, password: str, language: str) -> Member:
    """Become a member. Raises ValidationError with a dict of field -> sentence; the invitation is then still good."""
    called = clean_name(name)
    check_name(called)
    username = username_of(called)
    member = Member(username=username, name=called, language=language, **_picture())
    try:
        validate_password(password, member)
    except ValidationError as problem:
        raise ValidationError({"password": problem.messages}) from None
    member.set_password(password)
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
        if invitation is None or not invitation.is_usable(timezone.now()):
            raise ValidationError(pgettext("join", "This invitation can no longer be used. Ask for a new one."))
        try:
            with transaction.atomic():
                member.save()
        except IntegrityError:
            raise ValidationError({"name": _taken()}) from None
        invitation.used_at, invitation.used_by = timezone.now(), member
        invitation.save(update_fields=["used_at", "used_by"])
        Role.objects.create(member=member, name=invitation.role, granted_by=invitation.made_by)
        arrived(member)
    return member


def check_name(called: str) -> None:
    """Raise ValidationError unless this can be somebody's name here."""
    if not called:
        raise ValidationError({"name": pgettext("join", "Write a name you would like to be called. Any name will do.")})
    if len(called) > 40 or len(username_of(called)) > 64:  # some letters fold into three, and the row holds 64
        raise ValidationError({"name": pgettext("join", "Choose a shorter name: 40 characters at most.")})
    if mixes_scripts(called):
        sentence = pgettext(
            "join", "Use letters of one alphabet in each word, so that nobody takes you for somebody else."
        )
        raise ValidationError({"name": sentence})
    if Member.objects.filter(username=username_of(called)).exists():
        raise ValidationError({"name": _taken()})


def grant_role(*, member: Member, name: str, by: Member | None = None) -> Role:
    role, _ = Role.objects.get_or_create(
        member=member, name=Role.Name(name), ended_at=None, defaults={"granted_by": by}
    )
    member.__dict__.pop("_roles_held", None)
    return role


def end_role(*, member: Member, name: str, by: Member | None = None) -> None:
    """The member is no longer asked to do this. What is open in their browsers changes before its next frame."""
    with transaction.atomic():
        Role.objects.filter(member=member, name=name, ended_at=None).update(ended_at=timezone.now(), ended_by=by)
        standing_changed(member.pk)
    member.__dict__.pop("_roles_held", None)


def end_sessions(sessions: QuerySet[Session]) -> int:
    """End these sign-ins, and close what is open under them. Returns how many there were."""
    with transaction.atomic():
        members = set(sessions.exclude(member=None).values_list("member_id", flat=True))
        ended, _ = sessions.delete()
        for member_id in sorted(member for member in members if member is not None):
            standing_changed(member_id)
    return ended


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _picture() -> dict[str, Any]:
    return {"pane": secrets.choice(PANES), "glass": secrets.choice(GLASS)}


def _taken() -> str:
    return pgettext("join", "Somebody here has this name already. Add a letter or a word to yours.")
