"""What the demo does in the background, and only the demo."""

from django.conf import settings

from hub.demo.community import keep_hana_present
from hub.work.schedules import every

if settings.DEMO:
    every(seconds=30, name="demo.keep_hana_present")(keep_hana_present)
