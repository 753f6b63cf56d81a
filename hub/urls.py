"""The site map. Help now, Leave and the health of the process are answered by `hub.outermost`, before any of this."""

from django.urls import include, path

from hub import language
from hub.home import views as home

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("hub.members.urls")),
    path("", include("hub.notifications.urls")),
    path("rooms/", include("groups.rooms.urls")),
    path("conduct/", include("moderation.conduct.urls")),
    path("language/", language.set_language, name="set_language"),
]
handler400 = "hub.errors.bad_request"
handler403 = "hub.errors.permission_denied"
handler404 = "hub.errors.page_not_found"
handler500 = "hub.errors.server_error"
