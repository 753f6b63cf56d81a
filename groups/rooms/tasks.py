"""What rooms do in the background."""

from groups.rooms import gate, presence
from hub.work.schedules import every


@every(seconds=15, name="rooms.pause_untended")
def pause_untended() -> None:
    """Pause gated rooms whose last facilitator has gone."""
    gate.pause_untended()


@every(seconds=3600, name="rooms.forget_gone")
def forget_gone() -> None:
    """Keep nothing about who was where."""
    presence.forget_gone()
