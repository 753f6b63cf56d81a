"""Real browsers on a real hub: the cast is there, Hana's Thursday room is open, and every page is watched.

    def test_something(evening, visit):
        noor = visit("noor", "/rooms/thursday-evening/")      # signed in, in a browser of her own
        noor.send("Hello")

A message of the browser about its Content Security Policy, or an error in a script, fails the test that met it.
"""

import contextlib
import json
import tempfile

import pytest

from tests import live, machine, passes, servers

ROOM = "/rooms/thursday-evening/"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio"),
]
# Nobody sits in these rooms all the time, and nothing here is about the gate.
ENVIRONMENT = {"HUB_ROOM_GRACE_SECONDS": "86400"}
BUILD = """
import json
from tests import cast
cast.build()
members = vars(cast.everyone())
print(json.dumps({name: cast.browser(member).cookies["hub_session"].value for name, member in members.items()}))
"""
LINES = """[...document.querySelectorAll("[data-log] > [data-seq]")].map((line) => [
  Number(line.dataset.seq),
  line.querySelector(".words, .say").textContent.trim().replace(/\\s+/g, " "),
])"""


@pytest.fixture(scope="session")
def chromium():
    machine.need("browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        playwright.expect.set_options(timeout=15_000)
        browser = running.chromium.launch(executable_path=machine.find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _evening_before(_migrated):
    """The address of a database to copy, and {name: session} of the cast, who are all signed in there."""
    with tempfile.TemporaryDirectory(prefix="fanlight-evening-") as folder, contextlib.ExitStack() as at_the_end:
        url = live._copy(_migrated("postgres" if passes.name() == "servers" else "sqlite"), folder, at_the_end)
        said = live.LiveHub(folder=folder, database_url=url, env=ENVIRONMENT).python(BUILD)
        yield url, json.loads(said.splitlines()[-1])


@pytest.fixture(scope="module")
def open_house(_evening_before, chromium):
    """A hub that the tests of a module share, for looking at pages."""
    with hub_like(*_evening_before) as hub:
        yield hub


@pytest.fixture
def evening(_evening_before, chromium):
    """A hub of the test's own, running, with the cast in it."""
    with hub_like(*_evening_before) as hub:
        yield hub


@contextlib.contextmanager
def hub_like(url, sessions):
    with tempfile.TemporaryDirectory(prefix="fanlight-hub-") as folder, contextlib.ExitStack() as at_the_end:
        redis_url = at_the_end.enter_context(servers.Redis()).url if passes.name() == "servers" else ""
        database_url = live._copy(url, folder, at_the_end)
        hub = live.LiveHub(folder=folder, database_url=database_url, redis_url=redis_url, env=ENVIRONMENT)
        hub.sessions = sessions
        at_the_end.callback(hub.stop)
        yield hub.start()


@pytest.fixture
def visit(request, chromium):
    """Opens a page in a browser of its own: `visit("noor", ROOM)`; `visit("", "/")` for somebody without an account."""
    hub = request.getfixturevalue("evening" if "evening" in request.fixturenames else "open_house")
    visitors = []

    def opened(name, address=ROOM, *, scripts=True, **options):
        visitors.append(Visitor(hub, chromium.new_context(java_script_enabled=scripts, **options), name))
        return visitors[-1].go(address)

    yield opened
    trouble = [f"{visitor.name}: {said}" for visitor in visitors for said in visitor.trouble]
    for visitor in visitors:
        visitor.context.close()
    assert trouble == []


class Visitor:
    """One person and their browser."""

    def __init__(self, hub, context, name):
        self.hub, self.context, self.name = hub, context, name
        self.trouble = []
        if name:
            context.add_cookies([{"name": "hub_session", "value": hub.sessions[name], "url": hub.url}])
        self.page = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        return page

    def _heard(self, message):
        if "Content Security Policy" in message.text:
            self.trouble.append(message.text)

    def go(self, address):
        self.page.goto(self.hub.url + address)
        return self

    @property
    def box(self):
        return self.page.locator("[name=body]")

    def send(self, words, cover=""):
        self.box.fill(words)
        if cover:
            self.page.locator("details.note-field > summary").click()
            self.page.locator("[name=cover]").fill(cover)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def line(self, words):
        return self.page.locator("[data-log] > [data-seq]", has_text=words)

    def lines(self):
        """(place in the talk, words) of every line that the hub has, as the page shows them."""
        return [tuple(line) for line in self.page.evaluate(LINES)]

    def count_changes(self, selector):
        """From now on the page keeps every text that appears in an element; read it with `changes`."""
        self.page.evaluate(
            """(selector) => {
              window.heard = [];
              new MutationObserver((changes) => {
                for (const change of changes)
                  for (const node of change.addedNodes) window.heard.push(node.textContent.trim());
              }).observe(document.querySelector(selector), {childList: true, subtree: true, characterData: true});
            }""",
            selector,
        )

    def changes(self):
        return [said for said in self.page.evaluate("window.heard") if said]


def wait_until(visitor, script, argument=None):
    """Waits for something to become true in the page."""
    visitor.page.wait_for_function(script, arg=argument)
