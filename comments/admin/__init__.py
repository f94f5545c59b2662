from comments.admin import batches, comments, raids, record, replies, reports, sanctions, seats, threads, wording, words  # noqa: F401  registering is what importing is for
