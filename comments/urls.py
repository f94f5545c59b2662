from django.urls import path

from comments import views

app_name = "comments"
urlpatterns = [
    path("threads/<int:thread_id>/add/", views.add, name="add"),
    path("<int:pk>/", views.comment, name="comment"),
    path("<int:pk>/replies/", views.replies, name="replies"),
    path("own/<str:token>/", views.own, name="own"),
    path("mail/<str:token>/", views.mail, name="mail"),
]
