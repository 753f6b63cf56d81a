from django.urls import path

from hub.members import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("join/<str:token>/", views.join, name="join"),
]
