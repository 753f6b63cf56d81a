"""The small protocols slices fulfil for each other, where a lower one must reach a higher one, and their registry.

A protocol with no user below it does not belong here.
"""

from __future__ import annotations

from typing import Protocol


class Doorkeeper(Protocol):
    """Keeps doors that people may have to leave at once, such as rooms with open sockets."""

    def standing_changed(self, member_id: int) -> None:
        """A sign-in, role or account ended. Called inside the transaction that ends it."""


class Arrival(Protocol):
    """Has something to keep when somebody becomes a member, such as that they agreed to the code of conduct."""

    def arrived(self, member: object) -> None:
        """Called inside the transaction in which the member is made."""


_arrivals: list[Arrival] = []


def register_arrival(arrival: Arrival) -> None:
    if arrival not in _arrivals:
        _arrivals.append(arrival)


def arrived(member: object) -> None:
    for arrival in _arrivals:
        arrival.arrived(member)


_doorkeepers: list[Doorkeeper] = []


def register_doorkeeper(keeper: Doorkeeper) -> None:
    if keeper not in _doorkeepers:
        _doorkeepers.append(keeper)


def standing_changed(member_id: int) -> None:
    """Tell every keeper of doors that this member may no longer pass where they could before."""
    for keeper in _doorkeepers:
        keeper.standing_changed(member_id)
