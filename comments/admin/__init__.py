from comments.admin import comments, record, reports, sanctions, threads  # noqa: F401  registering is what importing is for
