from articles.admin import articles, front_page, images, links, log, series, topics

__all__ = ["articles", "front_page", "images", "links", "log", "series", "topics"]
