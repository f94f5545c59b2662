from django.urls import path

from comments import by_mail_views, figures_views, follow_views, own_views, report_views, standing, views

app_name = "comments"
urlpatterns = [
    path("threads/<int:thread_id>/add/", views.add, name="add"),
    path("<int:pk>/", views.comment, name="comment"),
    path("<int:pk>/replies/", views.replies, name="replies"),
    path("transparency/", figures_views.transparency, name="transparency"),
    path("transparency/<str:month>/", figures_views.transparency, name="transparency_of"),
    path("helpful/", views.vote, name="vote"),
    path("<int:pk>/helpful/", views.helpful, name="helpful"),
    path("<int:pk>/report/", report_views.report, name="report"),
    path("reports/<str:token>/", report_views.reported, name="reported"),
    path("notice/", report_views.notice, name="notice"),
    path("own/<str:token>/", own_views.own, name="own"),
    path("mail/<str:token>/", views.mail, name="mail"),
    path("standing/", standing.standing, name="standing"),
    path("standing/<str:token>/", standing.standing, name="standing_by_link"),
    path("threads/<int:thread_id>/follow/", follow_views.follow, name="follow"),
    path("follow/<str:token>/", follow_views.confirm, name="follow_confirm"),
    path("unfollow/<str:token>/", follow_views.stop, name="follow_stop"),
    path("by-mail/<slug:way>/<str:token>/", by_mail_views.by_mail, name="by_mail"),
    path("desk-mail/<str:token>/", by_mail_views.stop, name="desk_mail"),
]
