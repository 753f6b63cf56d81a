"""The code of conduct: eight clauses in three languages, by the version in force, and who agreed to it."""

import json

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hub.members.models import Member
from moderation.conduct import code
from moderation.conduct.first_code import FIRST_CODE, lay_down
from moderation.conduct.models import Acceptance, Clause, ClauseText, CodeVersion

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def first_code():
    """Tests that empty the database take the first code with them, so it is laid down wherever it is missing."""
    lay_down(CodeVersion, Clause, ClauseText)


@pytest.fixture
def noor():
    return Member.objects.create(username="noor", name="Noor", language="ar")


def second_version(**words: str) -> Clause:
    version = CodeVersion.objects.create(number=2, published_at=timezone.now(), what_changed="A new first clause.")
    clause = Clause.objects.create(version=version, number=1, key="stays-here")
    for language, text in words.items():
        state = ClauseText.State.SOURCE if language == "en" else ClauseText.State.READ
        ClauseText.objects.create(
            clause=clause, language=language, title=text, text=text, why=text, example=text, state=state
        )
    return clause


# --- The first code


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_clauses_are_in_force_in_every_language(language):
    clauses = code.clauses_in_force(language)
    assert [clause.number for clause in clauses] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {clause.language for clause in clauses} == {language}
    for clause in clauses:
        assert all((clause.title, clause.text, clause.why, clause.example))


def test_no_comparing_and_no_numbers_keep_their_house_numbers():
    keys = {clause.number: clause.key for clause in code.clauses_in_force("en")}
    assert (keys[3], keys[4]) == ("no-comparing", "no-numbers-no-methods")


def test_translations_are_not_passed_off_as_read_by_a_native_reader():
    assert {clause.state for clause in code.clauses_in_force("en")} == {"source"}
    for language in ("es", "ar"):
        assert {clause.state for clause in code.clauses_in_force(language)} == {"needs_native_reader"}


def test_no_text_is_the_same_in_two_languages_or_shouts():
    entries = json.loads(FIRST_CODE.read_text(encoding="utf-8"))
    said = [
        words[part] for entry in entries for words in entry["texts"].values() for part in ("text", "why", "example")
    ]
    assert len(said) == len(set(said)) == 8 * 3 * 3
    assert not [text for text in said if "!" in text or "¡" in text or "'" in text or '"' in text]


def test_laying_down_the_first_code_again_changes_nothing():
    before = list(ClauseText.objects.values_list("pk", "text").order_by("pk"))
    lay_down(CodeVersion, Clause, ClauseText)
    assert list(ClauseText.objects.values_list("pk", "text").order_by("pk")) == before


# --- Versions and languages


def test_the_highest_published_version_is_in_force_and_drafts_are_not():
    second_version(en="New words")
    draft = CodeVersion.objects.create(number=3)
    Clause.objects.create(version=draft, number=1, key="draft")
    version = code.current_version()
    assert version
    assert version.number == 2
    assert [clause.text for clause in code.clauses_in_force("en")] == ["New words"]


def test_a_clause_without_words_in_a_language_says_which_language_it_speaks_instead(settings):
    second_version(en="In English", es="En español")
    assert [(each.language, each.text) for each in code.clauses_in_force("ar")] == [("en", "In English")]
    settings.LANGUAGE_CODE = "es"
    assert [(each.language, each.text) for each in code.clauses_in_force("ar")] == [("es", "En español")]


def test_before_any_code_there_is_none_and_the_page_says_so(client):
    ClauseText.objects.all().delete()
    Clause.objects.all().delete()
    CodeVersion.objects.all().delete()
    assert code.current_version() is None
    assert code.clauses_in_force("en") == []
    assert "still being written" in client.get("/conduct/").content.decode()


def test_numbers_and_keys_are_given_once_in_a_version():
    first = Clause.objects.get(number=1, version__number=1)
    for twice in ({"number": 1, "key": "other"}, {"number": 9, "key": first.key}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clause.objects.create(version=first.version, **twice)


@pytest.mark.parametrize("clauses", [1, 30])
def test_reading_the_clauses_takes_two_queries_however_many_there_are(clauses, django_assert_num_queries):
    first = second_version(en="First")
    for number in range(2, clauses + 1):
        clause = Clause.objects.create(version=first.version, number=number, key=f"clause-{number}")
        ClauseText.objects.create(
            clause=clause, language="en", title="t", text="t", why="w", example="e", state="source"
        )
    with django_assert_num_queries(2):
        assert len(code.clauses_in_force("en")) == clauses


# --- Agreeing


def test_agreeing_is_recorded_once_for_each_version(noor):
    first = code.current_version()
    assert first
    assert code.has_accepted(member=noor, version=first) is False
    acceptance = code.accept(member=noor, version=first)
    assert code.accept(member=noor, version=first) == acceptance
    assert list(Acceptance.objects.values_list("member__username", "version__number")) == [("noor", 1)]
    second = second_version(en="New").version
    assert code.has_accepted(member=noor, version=first) is True
    assert code.has_accepted(member=noor, version=second) is False


def test_whoever_arrives_agreed_to_the_version_in_force(noor):
    second_version(en="New")
    code.AgreedAtTheDoor().arrived(noor)
    assert list(Acceptance.objects.values_list("member__username", "version__number")) == [("noor", 2)]


def test_a_clause_of_an_earlier_version_keeps_its_words_and_number():
    third = code.clauses_in_force("es")[2]
    second_version(en="New")
    assert code.shown_clause(third.id, "es") == third
    assert code.shown_clause(third.id, "ar").language == "ar"


# --- The page


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_reads_every_clause_in_their_language(language):
    html = Client(headers={"Accept-Language": language}).get("/conduct/").content.decode()
    assert f'<html lang="{language}"' in html
    for clause in code.clauses_in_force(language):
        for words in (clause.text, clause.why, clause.example):
            assert words in html
        assert f'id="clause-{clause.number}"' in html
        assert f'href="#clause-{clause.number}"' in html


def test_the_page_is_read_in_another_language_without_changing_anything(client):
    response = client.get("/conduct/?language=ar", headers={"Accept-Language": "es"})
    html = response.content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert response.headers["Content-Language"] == "ar"
    assert not response.cookies
    assert '<html lang="es"' in client.get("/conduct/?language=tlh", headers={"Accept-Language": "es"}).content.decode()


@pytest.mark.parametrize(("language", "is_said"), [("en", False), ("es", True), ("ar", True)])
def test_the_page_says_when_no_native_reader_has_read_it(client, language, is_said):
    notes = client.get(f"/conduct/?language={language}").content.decode().count('class="note glow"')
    assert notes == is_said


def test_words_in_another_language_carry_it_and_the_page_says_so(client):
    second_version(en="Only in English")
    html = client.get("/conduct/?language=es").content.decode()
    assert '<span lang="en" dir="auto">Only in English</span>' in html
    assert html.count('class="note sky"') == 2  # not translated yet, and what changed


def test_visitors_keep_the_page_and_ask_whether_it_is_still_right():
    first = Client().get("/conduct/")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Cookie"} <= set(first.headers["Vary"].split(", "))
    assert "csrf" not in first.content.decode()
    assert "<form" not in first.content.decode()
    asking = Client(headers={"If-None-Match": first.headers["ETag"]})
    assert asking.get("/conduct/").status_code == 304
    second_version(en="New words")
    assert asking.get("/conduct/").status_code == 200


def test_the_page_is_only_read(client):
    assert client.post("/conduct/").status_code == 405


def test_the_page_costs_the_same_however_many_clauses_there_are(client, django_assert_num_queries):
    client.get("/conduct/")
    with django_assert_num_queries(3):
        client.get("/conduct/")
