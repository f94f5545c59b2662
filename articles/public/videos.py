"""Videos in an article: a poster of ours in the text, and a page that asks before anything comes from elsewhere.

No page of ours makes a browser ask another host (rule 7.1 of the design) but this one, and only once its button has been
pressed: the policy of that one answer allows the host of that one player.
"""

import re
from html import unescape
from typing import cast

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Article
from edge.origin import came_from_here
from edge.richtext import clean_html
from edge.videos import Video, video_at

IN_TEXT = re.compile(r'<figure data-embed="([^"]*)">')


def videos_in(html: str) -> list[Video]:
    """In the order of the text: the first is number 1 in its address."""
    found = (video_at(unescape(address)) for address in IN_TEXT.findall(clean_html(html)))
    return [video for video in found if video]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Asks, and shows the player to whoever has pressed the button of this page. Nothing about it is kept.

    A link or a form of another site cannot press it for her; the page is the same for everybody and holds no token.
    """
    article = get_object_or_404(Article.objects.published(), slug=slug)
    videos = videos_in(article.body)
    if not 1 <= number <= len(videos):
        raise Http404
    video = videos[number - 1]
    is_loaded = request.method == "POST" and came_from_here(request)
    context = {"article": article, "video": video, "is_loaded": is_loaded}
    response = render(request, "articles/video.html", context)
    if not is_loaded:
        return response
    allow = csp_update({"frame-src": [video.provider.host]})
    return cast(HttpResponse, allow(lambda _request: response)(request))
