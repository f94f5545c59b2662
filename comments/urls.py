from django.urls import path

from comments.desk import by_mail
from comments.pages import comments, enquiries, own_comment, reports, sanctions, transparency

app_name = "comments"
urlpatterns = [
    path("threads/<int:thread_id>/add/", comments.add, name="add"),
    path("<int:pk>/", comments.comment, name="comment"),
    path("<int:pk>/replies/", comments.replies, name="replies"),
    path("transparency/", transparency.transparency, name="transparency"),
    path("transparency/<str:month>/", transparency.transparency, name="transparency_of"),
    path("helpful/", comments.vote, name="vote"),
    path("<int:pk>/helpful/", comments.helpful, name="helpful"),
    path("<int:pk>/report/", reports.report, name="report"),
    path("reports/<str:token>/", reports.reported, name="reported"),
    path("notice/", reports.notice, name="notice"),
    path("write/", enquiries.write, name="write"),
    path("own/<str:token>/", own_comment.own_comment, name="own_comment"),
    path("mail/<str:token>/", comments.stop_mail, name="stop_mail"),
    path("standing/", sanctions.sanctions, name="sanctions"),
    path("standing/<str:token>/", sanctions.sanctions, name="sanction"),
    path("by-mail/<slug:way>/<str:token>/", by_mail.by_mail, name="by_mail"),
    path("desk-mail/<str:token>/", by_mail.stop, name="desk_mail"),
]
