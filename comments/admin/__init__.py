from comments.admin import (  # noqa: F401  registering is what importing is for
    batches,
    comments,
    enquiries,
    raids,
    reports,
    sanctions,
    seats,
    threads,
    word_rules,
    wording,
)
