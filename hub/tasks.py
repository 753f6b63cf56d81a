"""What the bottom of the hub does in the background."""

from django.utils import timezone

from hub.ratelimits import forget_old
from hub.work.schedules import every


@every(at="03:20", name="ratelimits.forget_old")
def forget_old_windows() -> None:
    """Keep no count longer than it can matter."""
    forget_old(timezone.now())
