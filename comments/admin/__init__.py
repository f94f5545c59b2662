from comments.admin import batches, comments, raids, record, reports, sanctions, seats, threads, words  # noqa: F401  registering is what importing is for
