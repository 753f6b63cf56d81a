"""The software's words in every language: complete, in step with the sources, in the voice and words we agreed on."""

import ast
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from django.template.base import Lexer, TokenType
from django.utils import translation

from accessibility.translations import catalogues

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "ar")
PLURAL_FORMS = {"es": 3, "ar": 6}

pytestmark = pytest.mark.once

needs_gettext = pytest.mark.skipif(
    bool(catalogues.missing_tools()), reason=f"GNU gettext is not installed here: {catalogues.missing_tools()}"
)


@cache
def catalogue(language):
    return catalogues.read(language, root=ROOT)


@cache
def collected():
    return catalogues.collect(root=ROOT)


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def sentences(entry):
    """Every form of the translation."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def wrong(language, is_wrong):
    """(context, English, translation) of each form that `is_wrong(entry, form)`: nothing, in a good catalogue."""
    return [
        (entry.msgctxt, entry.msgid, form)
        for entry in catalogue(language)
        for form in sentences(entry)
        if is_wrong(entry, form)
    ]


PLACEHOLDER = re.compile(r"%%\(\w+\)s|%\(\w+\)[sd]|(?<!\{)\{\w*\}(?!\})")


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


class Tags(HTMLParser):
    """What of a sentence is markup: each tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}", []))


def bare(text):
    """The words alone, without markup and placeholders."""
    return PLACEHOLDER.sub(" ", re.sub(r"<[^>]+>", " ", text))


# --- Complete and in step --------------------------------------------------------------------------------------------


def test_the_languages_checked_here_are_those_of_the_pages():
    assert set(catalogues.languages()) == set(LANGUAGES)


@needs_gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_what_the_sources_ask_for(language):
    asked, have = set(map(key, collected()[language])), set(map(key, catalogue(language)))
    assert len(asked) > 300
    assert asked - have == set(), "run python3 manage.py catalogues, and translate"
    assert have - asked == set(), "run python3 manage.py catalogues"


@needs_gettext
def test_collecting_writes_nothing_into_the_tree(tmp_path):
    (tmp_path / "hub").mkdir()
    for folder in catalogues.FOLDERS[1:]:
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "templates" / "one.html").write_text('{% translate "Good evening" context "test" %}')
    (tmp_path / "hub" / "two.py").write_text('pgettext("test", "Two")\nnpgettext("test", "One", "{n}", 2)\n')
    before = sorted(tmp_path.rglob("*"))
    made = catalogues.collect(root=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before
    assert {key(entry) for entry in made["ar"]} == {
        ("test", "Good evening", ""), ("test", "Two", ""), ("test", "One", "{n}")
    }  # fmt: skip
    assert made["ar"].metadata[catalogues.STATE] == catalogues.UNREAD


@needs_gettext
def test_collecting_keeps_what_was_translated_and_marks_what_was_changed(tmp_path):
    (tmp_path / "hub").mkdir()
    source = tmp_path / "hub" / "one.py"
    source.write_text('pgettext("test", "Nothing is waiting for you here.")\npgettext("test", "Rooms")\n')
    made = catalogues.collect(root=tmp_path)["es"]
    made.find("Nothing is waiting for you here.").msgstr = "Aquí no te espera nada."
    made.find("Rooms").msgstr = "Salas"
    made.metadata[catalogues.STATE] = "read by a native reader"
    path = catalogues.path_of("es", root=tmp_path)
    assert catalogues.write(made, path)
    assert not catalogues.write(catalogues.collect(root=tmp_path)["es"], path), "collecting twice changes nothing"
    source.write_text('pgettext("test", "Nothing is waiting for you there.")\npgettext("test", "Rooms")\n')
    again = catalogues.collect(root=tmp_path)["es"]
    assert again.metadata[catalogues.STATE] == "read by a native reader"
    assert [entry.msgid for entry in again.fuzzy_entries()] == ["Nothing is waiting for you there."]
    assert [entry.msgstr for entry in again.translated_entries()] == ["Salas"]
    assert [entry.msgstr for entry in polib.mofile(_file(tmp_path, catalogues.compiled(again)))] == ["Salas"]


def _file(folder, content):
    path = folder / "made.mo"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_pages_read_is_made_from_what_was_translated(language):
    made = catalogues.path_of(language, root=ROOT).with_suffix(".mo").read_bytes()
    assert made == catalogues.compiled(catalogue(language)), "run python3 manage.py catalogues --compile"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    assert [entry.msgid for entry in catalogue(language).untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue(language).fuzzy_entries()] == []
    assert wrong(language, lambda entry, form: not form.strip()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_find_every_translation(language):
    with translation.override(language):
        for entry in catalogue(language):
            if entry.msgid_plural:
                found = {translation.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, n) for n in range(200)}
                spanish = {entry.msgstr_plural[0], entry.msgstr_plural[2]}  # the other one is for millions
                assert found == (spanish if language == "es" else set(sentences(entry)))
            else:
                assert translation.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_whether_a_native_reader_has_been_through_it(language):
    assert catalogue(language).metadata[catalogues.STATE] in {catalogues.UNREAD, "read by a native reader"}


def test_compiling_needs_no_gettext(monkeypatch, settings, tmp_path, capsys):
    monkeypatch.setenv("PATH", "")
    settings.BASE_DIR = tmp_path
    for language in LANGUAGES:
        catalogues.write(catalogue(language), catalogues.path_of(language, root=tmp_path))
    call_command("catalogues", compile=True)
    for language in LANGUAGES:
        made = catalogues.path_of(language, root=tmp_path).with_suffix(".mo").read_bytes()
        assert made == catalogues.compiled(catalogue(language))
    with pytest.raises(CommandError, match="GNU gettext is not installed here"):
        call_command("catalogues")


# --- The same placeholders, markup and plural forms ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there(language):
    count = PLURAL_FORMS[language]
    assert catalogue(language).metadata["Plural-Forms"].startswith(f"nplurals={count};")
    plural = [entry for entry in catalogue(language) if entry.msgid_plural]
    assert plural
    assert [entry.msgid for entry in plural if sorted(entry.msgstr_plural) != list(range(count))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_stay(language):
    def differs(entry, form):
        if not entry.msgid_plural:
            return placeholders(form) != placeholders(entry.msgid)
        if form == entry.msgstr_plural[max(entry.msgstr_plural)]:
            return placeholders(form) != placeholders(entry.msgid_plural)
        return not set(placeholders(form)) <= set(placeholders(entry.msgid_plural))  # “one person” needs no number

    assert any(placeholders(entry.msgid) for entry in catalogue(language))
    assert wrong(language, differs) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percent_sign_is_never_left_alone(language):
    alone = re.compile(r"(?<!%)%(?![%(])")
    assert wrong(language, lambda entry, form: alone.search(form.replace("%%", ""))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_stays(language):
    def differs(entry, form):
        return Tags(form).found != Tags(entry.msgid).found

    assert any(Tags(entry.msgid).found for entry in catalogue(language))
    assert wrong(language, differs) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_and_begins_as_the_english_one_does(language):
    """What is joined to something else keeps its blank and its colon; a whole sentence keeps its end."""
    ends = {".": ".", "?": "?؟", "…": "…"}

    def differs(entry, form):
        end = entry.msgid[-1]
        blanks = entry.msgid[:1].isspace(), entry.msgid[-1:].isspace()
        return (form[:1].isspace(), form[-1:].isspace()) != blanks or (end in ends and form[-1] not in ends[end] + "»")

    assert wrong(language, differs) == []


# --- The voice -------------------------------------------------------------------------------------------------------


def test_the_english_sentences_have_no_exclamation_marks_either():
    assert [entry.msgid for entry in catalogue("es") if "!" in entry.msgid + entry.msgid_plural] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at(language):
    assert wrong(language, lambda entry, form: set(form) & set("!¡！")) == []


def test_nobody_is_given_a_gender_by_a_sign_in_spanish():
    signs = re.compile(r"\w@|\w/[oa]s?\b|\([oa]s?\)|\b(?:tod|amig|l)xs?\b|\busted(?:es)?\b")
    assert wrong("es", lambda entry, form: signs.search(bare(form))) == []


def test_questions_in_spanish_are_opened():
    assert wrong("es", lambda entry, form: form.count("?") != form.count("¿")) == []


ENGLISH = """
the and you your yours message messages room rooms is are was of to for with what who this that it they them people
member facilitator help now leave read write words code clause here there sign name please from open
"""


def test_no_english_word_is_left_in_spanish():
    english = set(ENGLISH.split())
    assert wrong("es", lambda entry, form: english & set(re.findall(r"\w+", bare(form).casefold()))) == []


LATIN_IN_ARABIC = {"Fanlight", "JavaScript", "Shift", "after"}  # names, a key, a word in an address
NO_WORDS = {", "}  # what has no letters in English either


def test_arabic_is_written_in_arabic():
    def is_wrong(entry, form):
        arabic = re.search(r"[\u0621-\u064a]", form)
        latin = set(re.findall(r"[A-Za-zÀ-ÿ]+", bare(form)))
        return latin - LATIN_IN_ARABIC or not (arabic or entry.msgid in NO_WORDS)

    assert wrong("ar", is_wrong) == []


def test_arabic_uses_arabic_signs():
    assert wrong("ar", lambda entry, form: re.search(r"[,;?“”‘’\"ـ]", bare(form))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_the_english_sentence(language):
    same = {"participante"} | NO_WORDS
    assert wrong(language, lambda entry, form: form == entry.msgid and entry.msgid not in same) == []


def glossary():
    """(English, {language: words that may stand for it}) of each row of the first table."""
    text = (ROOT / "locale" / "GLOSSARY.md").read_text(encoding="utf-8").split("## Words\n")[1].split("\n## ")[0]
    for line in re.findall(r"^\| (?!English)(.+) \|$", text, re.MULTILINE):
        english, spanish, arabic, *_ = [cell.strip() for cell in line.split("|")]
        yield english, {"es": spanish.split(" / "), "ar": arabic.split(" / ")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("english", "words"), list(glossary()))
def test_the_same_word_stands_for_the_same_thing(english, words, language):
    asked = re.compile(rf"\b{re.escape(english)}s?\b", re.IGNORECASE)
    assert any(asked.search(bare(entry.msgid)) for entry in catalogue(language)), "no sentence has this word any more"

    def differs(entry, form):
        return asked.search(bare(entry.msgid)) and not any(word in form.casefold() for word in words[language])

    assert wrong(language, differs) == []


# --- The sources -----------------------------------------------------------------------------------------------------
# Without a context, one English word has one translation for every place it stands in.
WITHOUT_CONTEXT = {
    f"{plural}gettext{kind}" for plural in ("", "n") for kind in ("", "_lazy", "_noop")
} | {"_"}  # fmt: skip
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}


def files(ending):
    return [path for folder in catalogues.FOLDERS for path in sorted((ROOT / folder).rglob(f"*{ending}"))]


def calls(source):
    """(name, node) of each call in Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def python_faults(source):
    """Calls without a context, and calls whose words could not be collected."""
    for name, node in calls(source):
        if name in WITHOUT_CONTEXT:
            yield node.lineno, f"{name} has no context"
        if name in WITH_CONTEXT:
            words = node.args[: 3 if name.startswith("n") else 2]
            if not all(isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value for word in words):
                yield node.lineno, f"{name} needs its context and words as they are, not computed"


def template_faults(source):
    """Tags without a context."""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name, *rest = token.split_contents()
            if name in {"translate", "trans", "blocktranslate", "blocktrans"} and "context" not in rest:
                yield token.lineno, f"{{% {token.contents} %}} has no context"
        elif token.token_type == TokenType.VAR and re.search(r"_\(", token.contents):
            yield token.lineno, f"{{{{ {token.contents} }}}} has no context"


def test_a_fault_in_a_source_is_found():
    good = 'pgettext("room", "Send")\nnpgettext("room", "One", "Many", 2)\n'
    bad = 'gettext("Send")\n_("Send")\npgettext("room", f"Send {x}")\ntranslation.gettext_lazy("Send")\n'
    assert list(python_faults(good)) == []
    assert [line for line, _ in python_faults(bad)] == [1, 2, 3, 4]
    good = '{% translate "Send" context "room" %}{% blocktranslate trimmed context "room" %}x{% endblocktranslate %}'
    bad = '{% translate "Send" %}\n{% blocktranslate trimmed %}x{% endblocktranslate %}\n{{ _("Send") }}'
    assert list(template_faults(good)) == []
    assert [line for line, _ in template_faults(bad)] == [1, 2, 3]


def test_every_sentence_in_the_code_has_a_context():
    read = {path: list(python_faults(path.read_text(encoding="utf-8"))) for path in files(".py")}
    assert len(read) > 50
    assert {str(path): faults for path, faults in read.items() if faults} == {}


def test_every_sentence_in_a_template_has_a_context():
    read = {path: list(template_faults(path.read_text(encoding="utf-8"))) for path in files(".html")}
    assert len(read) > 30
    assert {str(path): faults for path, faults in read.items() if faults} == {}
