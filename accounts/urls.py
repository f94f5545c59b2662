from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("writers/<slug:slug>/", views.writer, name="writer"),
    path("me/", views.me, name="me"),
    path("me/corner/", views.corner, name="corner"),
    path("me/code/", views.code, name="code"),
]
