from django.urls import path

from newsletters import conversations, views

app_name = "newsletters"
urlpatterns = [
    path("newsletter/", views.sign_up, name="sign_up"),
    path("newsletter/topic/<int:pk>/", views.follow, name="follow"),
    path("newsletter/thanks/", views.asked, name="asked"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="confirm"),
    path("newsletter/preferences/<str:token>/", views.preferences, name="preferences"),
    path("me/mail/", views.own_preferences, name="own_preferences"),
    path("newsletter/stop/<str:token>/", views.stop, name="stop"),
    # Links to articles in mail: their own addresses hold words about health.
    path("newsletter/read/<int:pk>/", views.read, name="read"),
    path("comments/threads/<int:thread_id>/follow/", conversations.follow, name="conversation"),
    path("comments/unfollow/<str:token>/", conversations.stop, name="unfollow"),
]
