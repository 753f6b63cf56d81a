"""What people type to come in. Validation only; the verbs are in arrivals.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import pgettext, pgettext_lazy

from hub.members.models import Member
from hub.members.names import username_of

PASSWORD_MAX = 256


class SignInForm(forms.Form):
    username = forms.CharField(
        label=pgettext_lazy("sign in", "Your name here"),
        max_length=64,
        error_messages={"required": pgettext_lazy("sign in", "Write the name you chose when you arrived.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=pgettext_lazy("sign in", "Password"),
        max_length=PASSWORD_MAX,
        strip=False,
        error_messages={"required": pgettext_lazy("sign in", "Write your password too.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.member: Member | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            name = username_of(cleaned["username"])
            found = authenticate(self.request, username=name, password=cleaned["password"])
            if not isinstance(found, Member):
                # The same sentence for every wrong try, so that nobody learns who has an account.
                sentence = pgettext(
                    "sign in", "That name and password don’t go together. Check both, and whether capitals are on."
                )
                self.add_error("password", ValidationError(sentence))
            else:
                self.member = found
        return cleaned


class JoinForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("join", "What should we call you?"),
        help_text=pgettext_lazy(
            "join", "Any name you like. It doesn’t have to be your real one. You come in with it too."
        ),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "words"}),
    )
    password = forms.CharField(
        label=pgettext_lazy("join", "Password"),
        help_text=pgettext_lazy("join", "At least 12 characters. A few words in a row are easy to remember."),
        max_length=PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("join", "Which language should the pages be in?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(
        label=pgettext_lazy("join", "I have read the code of conduct and I agree to it."),
        error_messages={"required": pgettext_lazy("join", "To come in, everyone agrees to the code of conduct.")},
    )
