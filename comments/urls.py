from django.urls import path

from comments.views import by_mail, figures, following, own, reports, standing, talk

app_name = "comments"
urlpatterns = [
    path("threads/<int:thread_id>/add/", talk.add, name="add"),
    path("<int:pk>/", talk.comment, name="comment"),
    path("<int:pk>/replies/", talk.replies, name="replies"),
    path("transparency/", figures.transparency, name="transparency"),
    path("transparency/<str:month>/", figures.transparency, name="transparency_of"),
    path("helpful/", talk.vote, name="vote"),
    path("<int:pk>/helpful/", talk.helpful, name="helpful"),
    path("<int:pk>/report/", reports.report, name="report"),
    path("reports/<str:token>/", reports.reported, name="reported"),
    path("notice/", reports.notice, name="notice"),
    path("own/<str:token>/", own.own, name="own"),
    path("mail/<str:token>/", talk.mail, name="mail"),
    path("standing/", standing.standing, name="standing"),
    path("standing/<str:token>/", standing.standing, name="standing_by_link"),
    path("threads/<int:thread_id>/follow/", following.follow, name="follow"),
    path("follow/<str:token>/", following.confirm, name="follow_confirm"),
    path("unfollow/<str:token>/", following.stop, name="follow_stop"),
    path("by-mail/<slug:way>/<str:token>/", by_mail.by_mail, name="by_mail"),
    path("desk-mail/<str:token>/", by_mail.stop, name="desk_mail"),
]
