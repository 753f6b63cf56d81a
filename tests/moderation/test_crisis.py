"""Help now: every line as printed, no wrong number, in the right order, in words, from nothing but files."""

import csv
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import translation

from moderation.crisis import lines, reading
from moderation.crisis.dialling import message, telephone
from moderation.crisis.views import _made

# No test here is marked for the database, so reading one anywhere on the way would raise.


class Page(HTMLParser):
    """What a reader of the page gets: the text of each <bdi dir="ltr">, and the links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.printed: list[str] = []
        self.links: dict[str, str] = {}
        self._bdi = False
        self._href = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag == "bdi" and said.get("dir") == "ltr":
            self._bdi = True
            self.printed.append("")
        if tag == "a":
            self._href = said.get("href") or ""
            self.links[self._href] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "bdi":
            self._bdi = False
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._bdi:
            self.printed[-1] += data
        if self._href:
            self.links[self._href] += data


def help_page(query: str = "", **headers: str) -> str:
    response = Client(headers=headers).get(f"/help/{query}")
    assert response.status_code == 200
    return response.content.decode()


def rows() -> list[dict[str, str]]:
    with (lines.HERE / "lines.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture(autouse=True)
def made_anew():
    _made.cache_clear()
    yield
    _made.cache_clear()


# --- The table


def test_every_line_is_shown_as_printed_on_the_page_of_its_country():
    assert len(rows()) == 114
    for country in {row["country_code"] for row in rows()}:
        html = help_page(f"?country={country}")
        page = Page(html)
        for row in rows():
            if row["country_code"] == country:
                assert row["name"] in unescape(html)
                for field in ("phone", "sms"):
                    if row[field]:
                        assert row[field] in page.printed
                if row["chat_url"]:
                    assert row["chat_url"] in page.links


def test_nothing_was_checked_yet_and_the_page_says_so_at_every_line():
    assert not any(row["checked_on"] for row in rows())
    html = help_page("?country=GB")
    british = sum(row["country_code"] == "GB" for row in rows())
    assert html.count("Not yet checked by this hub.") == british
    assert "Checked on" not in html


def test_a_checked_line_says_the_day(monkeypatch):
    checked = [{**row, "checked_on": "2026-05-04", "checked_by": "sol"} for row in rows()]
    made = tuple(lines._line(row) for row in checked)
    monkeypatch.setattr(reading, "all_lines", lambda: made)
    html = help_page("?country=GB")
    assert "Checked on 4 May 2026." in html
    assert "Not yet checked" not in html


@pytest.mark.parametrize(
    "wrong",
    [{"checked_on": "2026-05-04"}, {"checked_by": "sol"}, {"certainty": "sure"}, {"chat_url": "javascript:alert(1)"}],
)
def test_a_table_that_cannot_be_right_is_refused(wrong):
    with pytest.raises(ValueError, match="988"):
        lines._line({**rows()[0], **wrong})


def test_a_day_of_checking_is_read_as_a_date():
    line = lines._line({**rows()[0], "checked_on": "2026-05-04", "checked_by": "sol"})
    assert line.checked_on == date(2026, 5, 4)


# --- Numbers


@pytest.mark.parametrize(
    ("printed", "links"),
    [
        ("988", {"988": "tel:988"}),
        ("024", {"024": "tel:024"}),
        ("116 123", {"116 123": "tel:116123"}),
        ("116-123", {"116-123": "tel:116123"}),
        ("1-888-375-7767", {"1-888-375-7767": "tel:18883757767"}),
        ("+65 6669 1771", {"+65 6669 1771": "tel:+6566691771"}),
        ("*4141", {"*4141": "tel:*4141"}),
        ("*123#", {"*123#": "tel:*123%23"}),
        (
            "0800 111 0 111; 0800 111 0 222; 116 123",
            {"0800 111 0 111": "tel:08001110111", "0800 111 0 222": "tel:08001110222", "116 123": "tel:116123"},
        ),
        ("0800 0767; *0767", {"0800 0767": "tel:08000767", "*0767": "tel:*0767"}),
        (
            "0800 21 22 23 (08-20); 0800 12 13 14 (20-08)",
            {"0800 21 22 23": "tel:0800212223", "0800 12 13 14": "tel:0800121314"},
        ),
        (
            "ar 09 2525 0113; en 09 2525 0116",
            {"09 2525 0113": "tel:0925250113", "09 2525 0116": "tel:0925250116"},
        ),
        # Only words: what a phone would make of them is another number.
        ("119 ext 8", {}),
        ("119 ext. 8", {}),
        ("119 x8", {}),
        ("113 option 5", {}),
        ("113 (option 5)", {}),
        ("171 (option 6)", {}),
        ("1-800-SUICIDE", {}),
        ("1-888-375-SAFE", {}),
        ("+44 (0)20 7946 0000", {}),
        ("(0)20 7946 0000", {}),
        ("116 123 / 116 111", {}),
        ("116 123 or 116 111", {}),
        ("116 123, 116 111", {}),
        ("116 123 (check number)", {}),
        ("WhatsApp 9151 1767", {}),
        ("24/7", {}),
        ("116–123", {}),
        ("116\u00a0123", {}),
        ("١١٦ ١٢٣", {}),
        ("１１６", {}),
        ("116  123", {}),
        ("116 123-", {}),
        ("- 116 123", {}),
        ("++65 123", {}),
        ("1234567890123456", {}),
        ("7", {}),
        ("0800 111 0 111; ext 3", {"0800 111 0 111": "tel:08001110111"}),
        ("HOME to 741741", {}),
        ("988\n", {}),
        ("", {}),
    ],
)
def test_a_number_is_a_link_only_where_its_whole_form_is_understood(printed, links):
    pieces = telephone(printed)
    assert "".join(piece.words for piece in pieces) == printed
    assert {piece.words: piece.href for piece in pieces if piece.href} == links


def test_each_of_several_numbers_stands_on_its_own_line_with_its_own_words():
    html = help_page("?country=FI")
    assert 'sv <a class="jump" href="tel:0925250112">09 2525 0112</a>; <br>ar <a' in html
    assert [piece.is_between for piece in telephone("ar 09 2525 0113; 119 ext 8")] == [False, False, True, False]


@pytest.mark.parametrize(
    ("printed", "links"),
    [
        ("988", {"988": "sms:988"}),
        ("0477 13 11 14", {"0477 13 11 14": "sms:0477131114"}),
        ("HOME to 741741", {"741741": "sms:741741"}),
        ("WhatsApp 9151 1767", {}),
        ("WhatsApp +65 6669 1771", {}),
        ("WhatsApp (check number)", {}),
        ("home to 741741", {}),
        ("HOME to 741741 or 85258", {}),
        ("HOME to SHOUT", {}),
    ],
)
def test_a_message_goes_only_to_a_number_that_is_understood(printed, links):
    pieces = message(printed)
    assert "".join(piece.words for piece in pieces) == printed
    assert {piece.words: piece.href for piece in pieces if piece.href} == links


def test_no_link_of_the_table_holds_digits_that_are_not_printed_beside_it():
    links = [piece for line in lines.all_lines() for piece in (*line.telephone, *line.message) if piece.href]
    assert len(links) > 100
    for words, href in links:
        assert re.fullmatch(r"(tel|sms):[+*]?[0-9]+([*0-9]|%23)*", href)
        assert href.split(":")[1] == words.replace(" ", "").replace("-", "")


# --- Which lines, in which order


def test_lines_that_speak_the_language_come_first_and_then_the_surer_ones():
    finnish = reading.help_for(country="FI", wanted="ar", language="en").lines
    assert [("ar" in shown.line.languages, shown.line.certainty) for shown in finnish] == [
        (True, "medium"),
        (False, "high"),
    ]
    polish = reading.help_for(country="PL", wanted="en", language="en").lines
    assert [shown.line.certainty for shown in polish] == ["high", "high", "low"]


def test_a_doubtful_line_says_that_it_is():
    assert "We found different things about this line." in help_page("?country=PL")
    assert "We found different things about this line." not in help_page("?country=NZ")


@pytest.mark.parametrize(
    ("hours", "found", "is_doubtful"),
    [
        ("14:00-23:00 daily", "14:00-23:00 daily", False),
        ("24/7 (check)", "24/7", True),
        ("check", "", True),
        ("check (dataset says 24/7)", "(dataset says 24/7)", True),
    ],
)
def test_hours_that_nobody_is_sure_of_are_said_to_be_so(hours, found, is_doubtful):
    line = lines._line({**rows()[0], "hours": hours})
    assert (line.hours_found, line.hours_are_doubtful, line.is_day_and_night) == (found, is_doubtful, False)


def test_languages_are_named_in_the_language_of_the_reader():
    assert "Languages: English, Spanish." in help_page("?country=US&language=en")
    assert "inglés, español" in help_page("?country=US&language=es")
    assert "الإنجليزية" in help_page("?country=US&language=ar")


def test_a_country_without_lines_says_so_and_shows_where_else():
    html = help_page("?country=MA&language=ar")
    page = Page(html)
    assert "المغرب" in html
    assert 'class="contact"' in html  # lines in Arabic elsewhere
    assert {"https://findahelpline.com/", "https://befrienders.org/", "tel:112"} <= set(page.links)
    shown = reading.help_for(country="MA", wanted="ar", language="en")
    assert shown.lines == []
    assert {"ar" in each.line.languages for each in shown.elsewhere} == {True}


def test_numbers_of_other_countries_are_words_because_here_they_may_be_somebody_elses():
    page = Page(help_page("?country=MA&language=es"))
    assert "988" in page.printed
    assert [href for href in page.links if href.startswith(("tel:", "sms:"))] == ["tel:112"]
    elsewhere = reading.help_for(country="MA", wanted="es", language="en").elsewhere
    pages = [bool(shown.line.chat_url) for shown in elsewhere]
    assert pages == sorted(pages, reverse=True)
    assert True in pages


@pytest.mark.parametrize("country", ["ZZ", "AQ", "GB"])
def test_no_country_and_language_leaves_the_page_empty(country):
    for language in ("en", "zu", "tlh"):
        html = help_page(f"?country={country}&language={language}")
        assert "https://findahelpline.com/" in html
        assert "Call" in html


def test_an_unknown_country_or_language_is_left_aside():
    html = help_page("?country=%3Cscript%3E&language=%22%3E", **{"Accept-Language": "es-MX"})
    assert "<script>" not in html.replace('<script type="module"', "")
    assert "tel:911" in Page(html).links
    assert '<html lang="es"' in html


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999"), ("IE", "112"), ("DE", "112"), ("US", "911"), ("AU", "000"), ("NZ", "111"), ("EG", "123")],
)
def test_the_emergency_number_comes_first_and_is_the_only_lit_button(country, number):
    html = help_page(f"?country={country}")
    assert re.search(rf'<a class="btn lit" href="tel:{number}">', html)
    assert html.count("btn lit") == 1
    assert html.index("btn lit") < html.index('class="contact"')


def test_where_the_emergency_number_is_not_certain_nothing_is_made_up():
    assert "PE" not in lines.emergency_numbers()
    html = help_page("?country=PE")
    assert "btn lit" not in html
    assert "Call your local emergency number." in html


def test_every_emergency_number_belongs_to_a_country_and_can_be_dialled():
    for country, number in lines.emergency_numbers().items():
        assert country in lines.country_names("en")
        assert telephone(number)[0].href == f"tel:{number}"


# --- The form


def test_every_country_and_language_of_the_table_can_be_chosen_in_every_language():
    countries = {row["country_code"] for row in rows()}
    languages = {code for row in rows() for code in row["languages"].split(";") if re.fullmatch("[a-z]{2,3}", code)}
    for language, _ in settings.LANGUAGES:
        html = help_page(f"?language={language}&country=GB")
        assert '<option value="GB" selected>' in html
        assert f'<option value="{language}" selected>' in html
        for code in countries | languages:
            assert f'<option value="{code}"' in html


def test_a_language_the_hub_is_not_written_in_still_orders_the_lines():
    html = help_page("?country=CH&language=it", **{"Accept-Language": "es"})
    assert '<html lang="es"' in html
    assert '<option value="it" selected>' in html
    assert html.index("143.ch") < html.index("Heart2Heart")


def test_the_page_holds_no_form_that_writes_and_nothing_of_one_person():
    html = help_page(Cookie=f"{settings.SESSION_COOKIE_NAME}=abcdefgh12345678")
    assert 'method="post"' not in html
    assert "csrf" not in html
    assert "abcdefgh" not in html


# --- How a reader is known


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language", "number"),
    [
        ("", "", "", "en", "999"),
        ("", "", "es", "es", "999"),
        ("", "", "es-MX,en;q=0.5", "es", "911"),
        ("", "", "ar-EG", "ar", "123"),
        ("", "", "zh-Hant-TW,en-US;q=0.8", "en", "119"),
        ("", "", "es-419,es;q=0.9", "es", "999"),
        ("", "hub_language=ar", "es-MX", "ar", "911"),
        ("", "hub_language=tlh", "es", "es", "999"),
        ("", "hub_country=au", "es-MX", "es", "000"),
        ("", "hub_country=nowhere", "es-MX", "es", "911"),
        ("?language=es&country=nz", "hub_language=ar; hub_country=AU", "en-GB", "es", "111"),
        ("?language=es-PE", "", "en", "es", "999"),
    ],
)
def test_language_and_country_come_from_the_address_then_cookies_then_the_browser(
    query, cookie, accept, language, number
):
    html = help_page(query, **{"Cookie": cookie, "Accept-Language": accept})
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert re.search(rf'<a class="btn lit" href="tel:{number}">', html)


def test_display_preferences_come_from_a_closed_list():
    cookie = 'hub_display=theme=dark&text=larger&contrast=less&onload=alert(1)&motion="><script>'
    opening = re.search("<html[^>]*>", help_page(Cookie=cookie))
    assert opening
    assert opening[0] == '<html lang="en" dir="ltr" data-theme="dark" data-text="larger">'


@override_settings(HUB_COUNTRY="IE")
def test_the_hubs_own_country_is_the_last_guess():
    assert "Pieta" in help_page()


# --- HTTP


def test_the_page_is_revalidated_by_its_etag_and_kept_by_the_readers_browser_only():
    first = Client().get("/help/")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Cookie"} <= set(first.headers["Vary"].split(", "))
    again = Client(headers={"If-None-Match": first.headers["ETag"]}).get("/help/")
    assert again.status_code == 304
    assert again.content == b""
    other = Client(headers={"If-None-Match": first.headers["ETag"]}).get("/help/?country=NZ")
    assert other.status_code == 200


def test_help_is_only_read():
    response = Client().post("/help/", {"country": "GB"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert "tel:999" in response.content.decode()
    assert Client().head("/help/").status_code == 200


def test_help_sets_no_cookie():
    assert not Client().get("/help/?country=NZ&language=ar").cookies


def test_the_language_of_the_thread_is_left_as_it_was():
    with translation.override("en"):
        help_page("?language=ar")
        assert translation.get_language() == "en"
