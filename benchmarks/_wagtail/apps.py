from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "benchmarks._wagtail"
    label = "news"
