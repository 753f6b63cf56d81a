"""The hub as a process of its own: it starts, dies and comes back with what it knew."""

import urllib.request

import pytest

from tests import live


def answer(address):
    with urllib.request.urlopen(address, timeout=10) as read:
        return read.status


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_a_hub_comes_back_on_the_same_port_after_a_power_cut(new_hub, kind):
    hub = new_hub().start(kind)
    assert answer(f"{hub.url}/healthz") == 200
    hub.kill9()
    assert not hub.is_up()
    hub.restart()
    assert (hub.kind, answer(f"{hub.url}/healthz")) == (kind, 200)


def test_two_hubs_share_nothing_and_two_processes_of_one_share_the_database(new_hub):
    from django.contrib.contenttypes.models import ContentType

    first, second = new_hub(), new_hub()
    with first.orm():
        ContentType.objects.create(app_label="lantern", model="wick")
        assert ContentType.objects.filter(app_label="lantern").count() == 1
    with second.orm():
        assert ContentType.objects.filter(app_label="lantern").count() == 0
    counting = (
        "from django.contrib.contenttypes.models import ContentType as T; print(T.objects.filter(model='wick').count())"
    )
    assert [hub.python(counting).strip() for hub in (first, first.beside(), second)] == ["1", "1", "0"]


def test_a_hub_that_cannot_start_says_why(new_hub):
    hub = new_hub(env={"DATABASE_URL": "teapot:///short"})
    with pytest.raises(RuntimeError, match="DATABASE_URL starts with"):
        hub.start()


def test_waiting_answers_with_what_came():
    coming = iter([None, "", "here"])
    assert live.wait_for(lambda: next(coming)) == "here"
