"""How every form looks: label, hint, error, control, and a summary of errors on top. No form of a slice lives here."""

from typing import Any

from django.forms import BoundField, Textarea, TextInput, Widget
from django.forms.renderers import DjangoTemplates
from django.template import loader

CHOICES = frozenset({"radioselect", "checkboxselectmultiple", "checkbox"})


class HubField(BoundField):
    """A bound field that knows which id a link from the error summary must point at."""

    @property
    def first_control_id(self) -> str:
        """Groups of radios and checkboxes have no control with the field's own id; their first one does."""
        several = self.widget_type in {"radioselect", "checkboxselectmultiple"}
        return f"{self.auto_id}_0" if several else self.id_for_label

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if self.widget_type not in CHOICES:
            attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
        if isinstance(widget, Textarea) or type(widget) is TextInput:
            attrs.setdefault("dir", widget.attrs.get("dir", "auto"))
        return attrs


class Renderer(DjangoTemplates):
    """Whole forms and fields from `templates/design/`, single controls from Django's own widget templates."""

    form_template_name = "design/form.html"
    field_template_name = "design/field.html"
    bound_field_class = HubField

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("design/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)
