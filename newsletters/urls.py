from django.urls import path

from newsletters import views

app_name = "newsletters"
urlpatterns = [
    path("", views.sign_up, name="sign_up"),
    path("topic/<int:pk>/", views.follow, name="follow"),
    path("thanks/", views.asked, name="asked"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("stop/<str:token>/", views.stop, name="stop"),
    # Links to articles in mail: their own addresses hold words about health.
    path("read/<int:pk>/", views.read, name="read"),
]
