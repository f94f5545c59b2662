from articles.admin import articles, frontpage, images, links, log, series, topics

__all__ = ["articles", "frontpage", "images", "links", "log", "series", "topics"]
