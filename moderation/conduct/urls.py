from django.urls import path

from moderation.conduct import views

app_name = "conduct"

urlpatterns = [path("", views.code_of_conduct, name="code")]
