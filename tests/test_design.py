"""The look: promised contrasts, the rules of the stylesheets, drawings that render, forms that hold together."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string

from hub import drawings, stylesheet

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "hub" / "static" / "hub" / "css"
FONTS = ROOT / "hub" / "static" / "hub" / "fonts"
PARTS = [*stylesheet.PARTS, "fonts.css"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

pytestmark = pytest.mark.once


def css(name):
    """A stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def blocks(selector):
    """The declarations of every block of tokens.css with exactly this selector, outermost comments gone."""
    return [
        set(body.split()) for body in re.findall(r"(?<!\S)" + re.escape(selector) + r" \{([^}]*)\}", css("tokens.css"))
    ]


# --- Colour ----------------------------------------------------------------------------------------------------------
LIGHT = ":root"
DARK = ':root[data-theme="dark"]'
CONTRAST = ':root[data-contrast="more"]'
CONTRAST_DARK = ':root[data-contrast="more"][data-theme="dark"]'
# The same theme, when the device asks for what the person left open.
ASKED_BY_DEVICE = {
    DARK: [":root:not([data-theme])"],
    CONTRAST: [":root:not([data-contrast])"],
    CONTRAST_DARK: [
        ":root:not([data-contrast]):not([data-theme])",
        ':root:not([data-contrast])[data-theme="dark"]',
        ':root[data-contrast="more"]:not([data-theme])',
    ],
}
THEMES = {
    "light": [LIGHT],
    "dark": [LIGHT, DARK],
    "more contrast": [LIGHT, CONTRAST],
    "more contrast, dark": [LIGHT, DARK, CONTRAST, CONTRAST_DARK],
}
TEXT, PART = 7.0, 3.0  # WCAG 2.2: AAA for words, AA for edges and signs
GLASS = drawings.GLASS
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "link", "visited") for ground in ("bg", "surface")],
    *[(ink, "sunken", TEXT) for ink in ("ink", "ink-2", "link")],
    *[("edge", ground, PART) for ground in ("bg", "surface", "sunken")],
    ("on-lintel", "lintel", TEXT),
    ("lintel-edge", "lintel", PART),
    ("lamp", "lintel", TEXT),
    ("on-lintel", "sky-hi", TEXT),
    ("lamp", "sky-hi", TEXT),
    ("on-lamp", "lamp", TEXT),
    ("on-lamp", "lamp-hover", TEXT),
    *[("lamp-edge", ground, PART) for ground in ("bg", "surface")],
    *[("focus", ground, PART) for ground in ("bg", "surface", "focus-halo")],
    *[(ink, glass, TEXT) for glass in GLASS for ink in (f"{glass}-strong", "ink", "ink-2", "link")],
    *[(f"{glass}-strong", "surface", TEXT) for glass in GLASS],
    *[("edge", glass, PART) for glass in GLASS],
]


def colours(theme):
    found = {}
    for selector in THEMES[theme]:
        body = re.search(r"(?<!\S)" + re.escape(selector) + r" \{([^}]*)\}", css("tokens.css"))[1]
        found |= re.findall(r"--[cp]-([a-z0-9-]+):\s*(#[0-9a-f]{6})", body)
    return found


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert round(ratio("#000000", "#ffffff"), 1) == 21.0
    assert round(ratio("#f5c25b", "#ffffff"), 1) == 1.6


@pytest.mark.parametrize("theme", THEMES)
def test_every_promised_pair_keeps_its_contrast(theme):
    palette = colours(theme)
    assert [
        f"{ink} on {ground}: {ratio(palette[ink], palette[ground]):.1f}, promised {floor:.0f}"
        for ink, ground, floor in PAIRS
        if ratio(palette[ink], palette[ground]) < floor
    ] == []


@pytest.mark.parametrize("chosen", ASKED_BY_DEVICE)
def test_a_theme_is_the_same_whether_the_person_or_the_device_asks(chosen):
    (theme,) = blocks(chosen)
    assert len(theme) > 30
    for selector in ASKED_BY_DEVICE[chosen]:
        assert theme in blocks(selector), selector


# --- Rules of the stylesheets ----------------------------------------------------------------------------------------
PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?:(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?:left|right|top|bottom)\s*:"
    r"|(?:min-|max-)?(?:width|height)\s*:|border-(?:top|bottom)-(?:left|right)-radius|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(|:\s*(?:white|black|red|blue|green|gray|grey)\b", re.IGNORECASE
)


def declarations(name):
    """Without the conditions of media queries, which ask the device and so are physical."""
    return re.sub(r"@media[^{]*\{", "{", css(name))


def selectors(name):
    return re.findall(r"([^{};]+)\{", css(name))


def test_the_rules_below_notice_what_they_forbid():
    assert PHYSICAL.search(".a { margin-left: 1rem; }")
    assert PHYSICAL.search(".a { width: 1rem; }")
    assert not PHYSICAL.search(".a { margin-inline-start: 1rem; inline-size: 1rem; stroke-width: 2; }")
    assert COLOUR.search(".a { color: #fff; }")
    assert COLOUR.search(".a { color: white; }")
    assert not COLOUR.search(".a { color: var(--c-ink); white-space: nowrap; }")


@pytest.mark.parametrize("name", PARTS)
def test_only_logical_properties(name):
    assert PHYSICAL.findall(declarations(name)) == []


@pytest.mark.parametrize("name", [name for name in PARTS if name != "tokens.css"])
def test_colours_come_from_the_tokens(name):
    assert COLOUR.findall(css(name)) == []


@pytest.mark.parametrize("name", PARTS)
def test_no_ids_in_selectors_and_nothing_shouts(name):
    assert [selector.strip() for selector in selectors(name) if "#" in selector] == []
    assert "!important" not in css(name)


@pytest.mark.parametrize("name", [name for name in PARTS if name != "fonts.css"])
def test_every_rule_stands_in_a_layer(name):
    assert re.sub(r"@layer [a-z, ]+;", "", css(name)).strip().startswith("@layer ")


def test_every_token_that_is_used_exists():
    used = {token for name in PARTS for token in re.findall(r"var\((--[a-z0-9-]+)", css(name))}
    made = {token for name in PARTS for token in re.findall(r"(?<![\w(-])(--[a-z0-9-]+)\s*:", css(name))}
    assert used - made == set()


def test_every_part_is_listed_once_and_the_whole_is_in_step():
    on_disk = {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")}
    assert sorted(stylesheet.PARTS) == sorted(on_disk - {"fonts.css", stylesheet.WHOLE})
    assert (CSS / stylesheet.WHOLE).read_text(encoding="utf-8") == stylesheet.whole(), "run python -m hub.stylesheet"


def test_a_page_links_one_stylesheet_and_the_parts_only_while_debugging(settings):
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    assert render("{% stylesheets %}") == '<link rel="stylesheet" href="/static/hub/css/fanlight.css">'
    settings.DEBUG = True
    assert render("{% stylesheets %}").count("<link") == len(stylesheet.PARTS)


def test_every_font_is_here_with_its_licence_and_origin():
    linked = set(re.findall(r'url\("\.\./fonts/([^"]+)"\)', css("fonts.css")))
    assert linked == {path.name for path in FONTS.glob("*.woff2")}
    origin = (FONTS / "ORIGIN.txt").read_text(encoding="utf-8")
    for licence in FONTS.glob("LICENSE-*.txt"):
        assert "SIL Open Font License, Version 1.1" in licence.read_text(encoding="utf-8")
        assert licence.name in origin
    assert len(list(FONTS.glob("LICENSE-*.txt"))) == 4


# --- Drawings --------------------------------------------------------------------------------------------------------
def render(source, **context):
    return Template(source).render(Context(context))


DRAWN = [
    *[f'{{% icon "{name}" %}}' for name in drawings.ICONS],
    *[f'{{% seat "{pane}" "sea" size="{size}" %}}' for pane in drawings.PANES for size in "sml"],
    *[f'{{% fanlight "{pattern}" "{glass}" %}}' for pattern in drawings.FANLIGHTS for glass in GLASS],
    "<i>{% wordmark %}</i>",
]


@pytest.mark.parametrize("source", DRAWN)
def test_every_drawing_is_well_formed_hidden_and_without_colours_or_ids(source):
    html = render(source)
    tree = ElementTree.fromstring(html)
    assert tree.findall(".//path") + tree.findall(".//circle") != []
    assert 'aria-hidden="true"' in html
    assert re.findall(r" (?:id|style|on\w+)=|#[0-9a-f]{3}|url\(", html) == []
    assert len(html) < 4096


def test_there_are_ten_panes_eight_patterns_and_six_colours():
    assert (len(drawings.PANES), len(drawings.FANLIGHTS), len(drawings.GLASS)) == (10, 8, 6)


def test_only_icons_that_point_somewhere_turn_round():
    turned = {name for name in drawings.ICONS if "flip" in render(f'{{% icon "{name}" %}}')}
    assert turned == {"leave", "back", "forward", "reply"}


def test_what_is_stored_may_be_unknown_but_what_is_written_may_not():
    assert render("{% seat pane glass %}", pane="gone", glass="") == render('{% seat "moon" "dusk" %}')
    assert render("{% fanlight pattern glass %}", pattern="", glass="x") == render('{% fanlight "moon" "dusk" %}')
    with pytest.raises(TemplateSyntaxError, match="nonesuch"):
        render('{% icon "nonesuch" %}')
    with pytest.raises(TemplateSyntaxError, match="huge"):
        render('{% seat "moon" "dusk" size="huge" %}')


# --- Templates -------------------------------------------------------------------------------------------------------
FORBIDDEN = re.compile(
    r"\sstyle\s*=|<style\b|\son[a-z]+\s*=|hx-on|hx-vals=.?js:|javascript:|<script(?![^>]*\bsrc=)|hx-trigger=\"[^\"]*\[",
    re.IGNORECASE,
)


def test_the_rule_for_templates_notices_what_the_policy_would_block():
    for bad in (
        '<p style="x">',
        "<script>1</script>",
        '<a onclick="x">',
        '<a hx-on:click="x">',
        '<a hx-trigger="click[x]">',
    ):
        assert FORBIDDEN.search(bad), bad
    assert not FORBIDDEN.search('<script type="module" src="/x.js"></script><p class="style" data-once="x">once</p>')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_holds_what_the_content_security_policy_refuses(path):
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_every_class_in_a_template_is_in_the_stylesheets():
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", stylesheet.whole()))
    assert "line" in styled
    unknown = {
        f"{name} in {path.relative_to(ROOT)}"
        for path in TEMPLATES
        for names in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.sub(r"\{[%{].*?[%}]\}", " ", names).split()
        if name not in styled
    }
    assert unknown == set()


def test_a_bare_page_needs_nothing_but_a_language():
    english = render_to_string("bare.html", {"language": "en", "bidi": False, "display": {}})
    arabic = render_to_string(
        "bare.html", {"language": "ar", "bidi": True, "display": {"theme": "dark", "pictures": "off"}}
    )
    assert '<html lang="en" dir="ltr">' in english
    assert '<html lang="ar" dir="rtl" data-theme="dark" data-pictures="off">' in arabic
    assert "fonts.css" in english
    assert "fonts.css" not in arabic
    assert "<form" not in english
    assert (
        english.index("#main")
        < english.index('href="/help/"')
        < english.index('href="/leave/"')
        < english.index("<main")
    )


# --- Forms -----------------------------------------------------------------------------------------------------------
class Arrival(forms.Form):
    name = forms.CharField(label="Name", help_text="Any name you like.")
    words = forms.CharField(label="Words", required=False, widget=forms.Textarea)
    way = forms.ChoiceField(
        label="Way", choices=[("a", "Taking part"), ("b", "Reading along")], widget=forms.RadioSelect
    )
    shared = forms.BooleanField(label="Shared", required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


def test_a_field_is_label_hint_error_control_and_they_know_each_other():
    html = Arrival({"token": "t"})["name"].as_field_group()
    places = [
        html.index(part) for part in ('<label for="id_name">', 'id="id_name_helptext"', 'id="id_name_error"', "<input")
    ]
    assert places == sorted(places)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input"' in html
    assert 'dir="auto"' in html


def test_the_summary_of_errors_leads_to_controls_that_are_there():
    html = str(Arrival({"token": "t"}))
    leads = re.findall(r'href="#([^"]+)"', html)
    assert leads == ["id_name", "id_way_0"]
    for lead in leads:
        assert html.count(f'id="{lead}"') == 1
    assert html.index('role="alert"') < html.index("<label")


def test_a_form_without_errors_has_no_summary_and_keeps_its_hidden_fields():
    html = str(Arrival())
    assert "alert" not in html
    assert html.count('type="hidden"') == 1
    assert html.count('class="choice"') == 3
    assert "aria-invalid" not in html


def test_words_of_members_stay_words():
    html = str(Arrival({"name": '"><b>', "words": "<i>", "way": "<u>"}))
    assert '<b>"' not in html
    assert "&quot;&gt;&lt;b&gt;" in html
    assert re.findall(r"<i>|<u>", html) == []
