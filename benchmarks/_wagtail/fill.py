"""Makes the site's database and fills it; prints the path of the article."""

import os

import django

from benchmarks import _story as story


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks._wagtail.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    migrations = settings.DATA / settings.MIGRATION_MODULES["news"]
    migrations.mkdir()
    (migrations / "__init__.py").touch()
    call_command("makemigrations", "news", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    print(fill())


def fill() -> str:
    from django.core.files.base import ContentFile
    from django.utils.text import slugify
    from wagtail.images.models import Image
    from wagtail.models import Page, Site

    from benchmarks._wagtail.models import ArticlePage, HomePage, Writer

    home = Page.get_first_root_node().add_child(instance=HomePage(title="News", slug="news", show_in_menus=True))
    Site.objects.update(root_page=home)
    for title in ("Articles", "Topics", "Questions", "Newsletter"):
        home.add_child(instance=HomePage(title=title, slug=slugify(title), show_in_menus=True))
    name, title, bio = story.WRITER
    writer = Writer.objects.create(name=name, title=title, bio=bio)
    image = Image.objects.create(title=story.TITLE, file=ContentFile(story.picture(), "night.jpg"))
    written = {"summary": story.SUMMARY, "writer": writer, "image": image, "body": story.BODY}
    for title in story.RELATED:
        home.add_child(instance=ArticlePage(title=title, **written))
    page = ArticlePage(
        title=story.TITLE, search_description=story.SUMMARY, key_points="\n".join(story.KEY_POINTS),
        get_help=story.GET_HELP, sources="\n\n".join(story.SOURCES), **written,
    )  # fmt: skip
    home.add_child(instance=page)
    page.tags.add(*story.TAGS)
    page.save()
    talk_about(page, writer)
    return str(page.get_url())


def talk_about(page: object, writer: object) -> None:
    from benchmarks._wagtail.models import Comment

    for number, saying in enumerate(story.conversation()):
        Comment.objects.create(
            page=page, root=number if saying.answers is None else saying.answers, is_reply=saying.answers is not None,
            writer=writer if saying.is_writers else None, name=saying.name, body=saying.words, is_approved=True,
            helpful=saying.helpful,
        )  # fmt: skip


if __name__ == "__main__":
    main()
