"""What people type in a room. Validation of shape only; what words may be is decided by the verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy

from groups.rooms.facilitating import MUTES
from groups.rooms.models import COVER_MAX, Message, Room
from moderation.conduct.code import clauses_in_force
from moderation.conduct.models import Clause

BIGGEST = 2**63 - 1


class MessageForm(forms.Form):
    """The words are taken as they are; `conversation` cleans them and says what is wrong with them."""

    body = forms.CharField(required=False, strip=False)
    client_id = forms.UUIDField()
    cover = forms.CharField(required=False)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)

    def answered(self, room: Room) -> Message | None:
        pk = self.cleaned_data.get("reply_to")
        return Message.objects.filter(room=room, pk=pk).first() if pk else None


class EditForm(forms.Form):
    body = forms.CharField(
        label=pgettext_lazy("room", "Your words"), strip=False, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    cover = forms.CharField(label=pgettext_lazy("room", "Content note, if you want one"), required=False)


class ReasonForm(forms.Form):
    """A measure towards somebody: which clause, and why, in words they will read."""

    clause = forms.TypedChoiceField(
        label=pgettext_lazy("measure", "Which part of our code is it about?"),
        coerce=int,
        error_messages={"required": pgettext_lazy("measure", "Choose the part of our code this is about.")},
    )
    reason = forms.CharField(
        label=pgettext_lazy("measure", "Why? They will read this."),
        help_text=pgettext_lazy("measure", "One or two kind, plain sentences. Say what they can do now."),
        error_messages={"required": pgettext_lazy("measure", "Write a sentence, so that they can understand it.")},
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clause"]
        assert isinstance(field, forms.TypedChoiceField)
        shown = clauses_in_force(get_language() or "en")
        field.choices = [("", pgettext("measure", "Choose one"))] + [
            (one.id, f"{one.number}. {one.title}") for one in shown
        ]

    def clean_clause(self) -> Clause:
        return Clause.objects.get(pk=self.cleaned_data["clause"])


class CoverForm(ReasonForm):
    note = forms.CharField(
        label=pgettext_lazy("measure", "What is behind the cover, in a few words?"), max_length=COVER_MAX
    )
    field_order = ("note", "clause", "reason")


class MuteForm(ReasonForm):
    LENGTHS: tuple[str | Promise, ...] = (
        pgettext_lazy("measure", "15 minutes"),
        pgettext_lazy("measure", "One hour"),
        pgettext_lazy("measure", "One day"),
        pgettext_lazy("measure", "One week"),
    )
    lasting = forms.TypedChoiceField(
        label=pgettext_lazy("measure", "For how long?"),
        coerce=int,
        choices=list(enumerate(LENGTHS)),
        widget=forms.RadioSelect,
    )
    field_order = ("lasting", "clause", "reason")

    def clean_lasting(self) -> Any:
        return MUTES[self.cleaned_data["lasting"]]


PATTERN_NAMES = [
    ("spokes", pgettext_lazy("window", "Spokes")),
    ("sunrise", pgettext_lazy("window", "Sunrise")),
    ("rings", pgettext_lazy("window", "Rings")),
    ("petals", pgettext_lazy("window", "Petals")),
    ("moon", pgettext_lazy("window", "Moon")),
    ("arcade", pgettext_lazy("window", "Three doors")),
    ("lattice", pgettext_lazy("window", "Lattice")),
    ("scallop", pgettext_lazy("window", "Shell")),
]
GLASS_NAMES = [
    ("sea", pgettext_lazy("glass", "Sea green")),
    ("sky", pgettext_lazy("glass", "Sky blue")),
    ("rose", pgettext_lazy("glass", "Rose")),
    ("moss", pgettext_lazy("glass", "Moss")),
    ("dusk", pgettext_lazy("glass", "Dusk violet")),
    ("glow", pgettext_lazy("glass", "Warm yellow")),
]


class RoomForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("room", "What is the room called?"), max_length=120)
    about = forms.CharField(
        label=pgettext_lazy("room", "What is it for?"),
        help_text=pgettext_lazy("room", "One sentence. Members read it in their list of rooms."),
        max_length=400,
        required=False,
    )
    pattern = forms.ChoiceField(label=pgettext_lazy("room", "The window over its door"), choices=PATTERN_NAMES)
    glass = forms.ChoiceField(label=pgettext_lazy("room", "The colour of its glass"), choices=GLASS_NAMES)


class BringInForm(forms.Form):
    username = forms.CharField(label=pgettext_lazy("room", "The name they come in with"), max_length=64)
    leads = forms.BooleanField(label=pgettext_lazy("room", "They lead this room with me"), required=False)
