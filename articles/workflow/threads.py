"""The thread of comments under an article: named, public and followed by its writers as the article is."""

from accounts.models import User
from articles.models import Article
from comments.followers.following import follow_as_writer
from comments.models import Thread


def keep_thread(article: Article) -> None:
    """The thread knows the article's title and address, and is public as long as the article is. Its writers hear about
    comments, unless they do not want to."""
    if article.thread is None or article.published_at is None:
        return
    # It begins when readers first see it: a thread that is quiet for long closes.
    Thread.objects.filter(pk=article.thread.pk, title="").update(created_at=article.published_at)
    Thread.objects.filter(pk=article.thread.pk).update(
        title=article.title, address=article.get_absolute_url(), is_public=article.is_live
    )
    for writer in User.objects.filter(writer__authorships__article=article):
        follow_as_writer(article.thread, writer)
