from comments.admin import comments, record, threads  # noqa: F401  registering is what importing is for
