"""Who people are: Member, Role, Invitation and their sign-ins. What people do belongs in the verb modules."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from hub.members.names import username_of

PANES = ("moon", "hill", "wave", "leaf", "steps", "kite", "star", "sun", "boat", "bell")
GLASS = ("sea", "sky", "rose", "moss", "dusk", "glow")


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        """Names are looked up without regard to capitals, so that a phone's keyboard locks nobody out."""
        return self.get(username=username_of(username or ""))


class Member(AbstractBaseUser):
    """A person with an account, usually under a pseudonym. No e-mail is needed or asked for."""

    username = models.CharField(max_length=64, unique=True)  # by names.username_of; what they type to come in
    name = models.CharField(max_length=64)  # as they want to be called
    language = models.CharField(max_length=16, default="en")
    pane = models.CharField(max_length=8, choices=[(p, p) for p in PANES], default="moon")
    glass = models.CharField(max_length=8, choices=[(g, g) for g in GLASS], default="sea")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    objects: ClassVar[MemberManager] = MemberManager()

    def __str__(self) -> str:
        return self.name

    def roles_held(self) -> frozenset[str]:
        """The names of the roles in force, read once for each loaded member."""
        held: frozenset[str] | None = self.__dict__.get("_roles_held")
        if held is None:
            held = frozenset(self.roles.filter(ended_at=None).values_list("name", flat=True))
            self.__dict__["_roles_held"] = held
        return held


class Role(models.Model):
    """A member may be asked to do this, hub-wide. Doing it in one room also needs the membership's part."""

    class Name(models.TextChoices):
        NEWCOMER = "newcomer", pgettext_lazy("role", "newcomer")
        PARTICIPANT = "participant", pgettext_lazy("role", "participant")
        ALUMNUS = "alumnus", pgettext_lazy("role", "alumnus")
        MENTOR = "mentor", pgettext_lazy("role", "mentor")
        GREETER = "greeter", pgettext_lazy("role", "greeter")
        FACILITATOR = "facilitator", pgettext_lazy("role", "facilitator")
        HOST = "host", pgettext_lazy("role", "host")
        MODERATOR = "moderator", pgettext_lazy("role", "moderator")
        SUPERVISOR = "supervisor", pgettext_lazy("role", "supervisor")
        CLINICIAN = "clinician", pgettext_lazy("role", "clinician")
        STEWARD = "steward", pgettext_lazy("role", "steward")
        TRANSLATOR = "translator", pgettext_lazy("role", "translator")
        KEEPER = "keeper", pgettext_lazy("role", "keeper")
        FAMILY = "family", pgettext_lazy("role", "family")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    name = models.CharField(max_length=16, choices=Name)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["member", "name"], condition=models.Q(ended_at=None), name="one_role_of_a_name_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.name}"


class Invitation(models.Model):
    """One way in, for one person. Only a hash of its token is kept, so a copy of the database lets nobody in."""

    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=16, choices=Role.Name, default=Role.Name.NEWCOMER)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.role} until {self.expires_at:%Y-%m-%d}"

    def is_usable(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


class SessionManager(BaseSessionManager["Session"]):
    use_in_migrations = True


class Session(AbstractBaseSession):
    """A sign-in on one device. It knows its member, so that ending them all is one query."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sign_ins")
    objects: ClassVar[SessionManager] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from hub.members.sessions import SessionStore

        return SessionStore
