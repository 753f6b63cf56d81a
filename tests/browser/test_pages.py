"""Every page: nothing for axe to find, nothing sideways, nothing the browser had to refuse; light, dark and Arabic."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from groups.rooms import facilitating
from groups.rooms.models import Room
from hub.members.arrivals import invite
from hub.settings import BASE_DIR
from tests import cast
from tests.browser.conftest import ROOM

pytestmark = pytest.mark.browser

# (who looks, address); what stands in braces is made by `furnished`.
PAGES = {
    "welcome": ("", "/"),
    "sign-in": ("", "/sign-in/"),
    "join": ("", "/join/{token}/"),
    "help": ("", "/help/"),
    "conduct": ("", "/conduct/"),
    "not-found": ("", "/nothing-here/"),
    "rooms": ("noor", "/rooms/"),
    "room": ("noor", ROOM),
    "message": ("noor", ROOM + "messages/{covered}/"),
    "inbox": ("mina", "/inbox/"),
    "own-waiting": ("mina", ROOM),
    "leading": ("hana", ROOM),
    "held-message": ("hana", ROOM + "messages/{held}/"),
    "measure": ("hana", ROOM + "messages/{covered}/cover/"),
    "people": ("hana", ROOM + "people/"),
    "person": ("hana", ROOM + "people/{mina}/"),
    "log": ("hana", ROOM + "log/"),
}
IN_ARABIC = ("room", "leading", "sign-in")
SIDEWAYS = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# Everything one can press, and how big it is. Links inside a sentence may be as high as their line, by WCAG 2.5.8.
SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".skip, .hide, [data-quick-exit] *"))
  .filter((one) => !(one.matches("a:not(.btn)") && getComputedStyle(one).display === "inline"))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, one]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)
"""


@pytest.fixture(scope="module")
def furnished(open_house):
    """A room in which most things have happened."""
    with open_house.orm():
        people, room = cast.everyone(), Room.objects.get(slug=cast.SLUG)
        first = cast.say(people.kwame, room, "Kwame. “Scattered”, but glad it’s Thursday.")
        covered = cast.say(people.bea, room, "They kept me in for a night. I am home now.", cover="a stay in hospital")
        cast.say(people.noor, room, "أهلاً بعودتك يا بيا. اشتقنا إليك.", reply_to=covered)
        cast.say(people.hana, room, "Thank you. Take your time. " + "A-very-long-word-without-any-place-to-break-" * 3)
        facilitating.pin_message(by=people.hana, message=first)
        gone = cast.say(people.tomasz, room, "I will say this another way.")
        facilitating.remove_message(by=people.hana, message=gone, **cast.because())
        mina = cast.place_of(people.mina, room)
        facilitating.hold_member(by=people.hana, membership=mina, **cast.because())
        held = cast.say(people.mina, room, "Something about last week.", cover="a hard week")
        back = cast.say(people.mina, room, "This one was long.")
        facilitating.return_message(by=people.hana, message=back, **cast.because())
        bea = cast.place_of(people.bea, room)
        facilitating.mute(by=people.hana, membership=bea, lasting=timedelta(hours=1), **cast.because())
        return {"token": invite(role="newcomer"), "covered": covered.pk, "held": held.pk, "mina": mina.pk}


@pytest.fixture
def look(furnished, visit, open_house):
    def opened(name, **options):
        who, address = PAGES[name]
        return visit(who, address.format(**furnished), **options)

    return opened


def found_by_axe(page):
    """What axe finds, as `rule: element`."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    answer = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}).response
    assert answer["testEngine"]["name"] == "axe-core"
    return [f"{rule['id']}: {node['html'][:200]}" for rule in answer["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_or_dark(look, name):
    page = look(name).page
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once
        found[scheme] = found_by_axe(page)
    assert found == {"light": [], "dark": []}


@pytest.mark.parametrize("name", IN_ARABIC)
def test_axe_finds_nothing_in_arabic(look, open_house, name):
    visitor = look(name)
    visitor.context.add_cookies([{"name": "hub_language", "value": "ar", "url": open_house.url}])
    visitor.page.reload()
    assert visitor.page.evaluate("document.documentElement.dir") == "rtl"
    assert found_by_axe(visitor.page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_screen_or_with_large_text(look, name):
    page = look(name, viewport={"width": 320, "height": 640}).page
    widths = {"320": page.evaluate(SIDEWAYS)}
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    widths["390 at 200%"] = page.evaluate(SIDEWAYS)
    page.set_viewport_size({"width": 320, "height": 640})
    widths["320 at 200%"] = page.evaluate(SIDEWAYS)
    assert widths == {"320": 0, "390 at 200%": 0, "320 at 200%": 0}


@pytest.mark.parametrize("name", ["room", "leading", "own-waiting"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_everything_to_press_is_large_enough(look, name, width):
    page = look(name, viewport={"width": width, "height": 844}).page
    expect(page.locator("live-room")).to_have_attribute("data-live", "")
    page.locator("[data-log] .cover summary").first.click()
    assert page.evaluate(SMALL) == []


def test_axe_would_find_something_and_so_would_we(look):
    page = look("sign-in", viewport={"width": 320, "height": 640}).page
    page.evaluate("""() => {
      const bad = document.createElement("div");
      bad.innerHTML = "<img src='/static/hub/img/favicon.svg'><button>x</button>";
      bad.style.inlineSize = "500px";
      bad.querySelector("button").style.cssText = "min-block-size: 20px; block-size: 20px";
      document.querySelector("main").append(bad);
    }""")
    assert any(found.startswith("image-alt") for found in found_by_axe(page))
    assert page.evaluate(SIDEWAYS) > 0
    assert len(page.evaluate(SMALL)) > 0


def test_the_room_asks_for_its_modules_at_once_and_once(open_house, visit):
    asked = []
    noor = visit("noor", "/rooms/")
    noor.page.on("request", lambda request: asked.append(request.url.partition("/hub/js/")[2]))
    noor.go(ROOM)
    expect(noor.page.locator("live-room")).to_have_attribute("data-live", "")
    links = noor.page.locator("link[rel=modulepreload]")
    early = {link.get_attribute("href").partition("/hub/js/")[2] for link in links.all()}
    scripts = BASE_DIR / "hub" / "static" / "hub" / "js"
    assert early == {"live-room.js", *(f"room/{path.name}" for path in (scripts / "room").glob("*.js"))}
    assert sorted(one for one in asked if one in early) == sorted(early)
