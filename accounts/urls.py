from django.urls import path

from accounts import own_account, views

app_name = "accounts"
urlpatterns = [
    path("writers/<slug:slug>/", views.writer, name="writer"),
    path("me/", views.me, name="me"),
    path("me/corner/", views.corner, name="corner"),
    path("me/name/", own_account.name, name="name"),
    path("me/export/", own_account.export, name="export"),
    path("me/leave/", own_account.leave, name="leave"),
    path("me/code/", views.code, name="code"),
]
