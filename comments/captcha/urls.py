"""Included at `captcha/`. Instead of `captcha.urls`, whose pictures can be computed from their address."""

from django.urls import path

from comments.captcha import views

app_name = "captcha"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("<str:key>/picture/", views.picture, name="picture"),
    path("<str:key>/sound/", views.sound, name="sound"),
]
