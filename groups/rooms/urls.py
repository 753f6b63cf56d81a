from django.urls import path

from groups.rooms.views import facilitating, messages, rooms

app_name = "rooms"
urlpatterns = [
    path("", rooms.room_list, name="list"),
    path("new/", rooms.new_room, name="new"),
    path("<slug:slug>/", rooms.room_page, name="room"),
    path("<slug:slug>/messages/", messages.messages, name="messages"),
    path("<slug:slug>/messages/<int:pk>/", messages.message_page, name="message"),
    path("<slug:slug>/messages/<int:pk>/edit/", messages.edit, name="edit"),
    path("<slug:slug>/messages/<int:pk>/withdrawal/", messages.withdrawal, name="withdrawal"),
    path("<slug:slug>/messages/<int:pk>/<slug:act>/", facilitating.act_on_message, name="act_on_message"),
    path("<slug:slug>/listening/", rooms.listening, name="listening"),
    path("<slug:slug>/stepping-out/", rooms.stepping_out, name="stepping_out"),
    path("<slug:slug>/leaving/", rooms.leaving, name="leaving"),
    path("<slug:slug>/gate/", facilitating.gate, name="gate"),
    path("<slug:slug>/holding/", facilitating.holding, name="holding"),
    path("<slug:slug>/people/", facilitating.people, name="people"),
    path("<slug:slug>/people/<int:pk>/", facilitating.person, name="person"),
    path("<slug:slug>/people/<int:pk>/<slug:act>/", facilitating.act_on_person, name="act_on_person"),
    path("<slug:slug>/log/", facilitating.log, name="log"),
]
