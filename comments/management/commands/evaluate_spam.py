from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from benchmarks._judges import FALSE_ALARMS, JUDGES, Ours, Unreadable, cross_validated, read_texts, transferred
from comments.checks import SURE


class Command(BaseCommand):
    help = (
        "Measures the learned score on a collection of labelled texts, beside plain naive Bayes: how much spam each "
        "finds while 0.5, 1 and 2 in a hundred honest texts are taken for spam. Nothing is stored."
    )

    def add_arguments(self, parser):
        parser.add_argument("corpus", type=Path, help="`ham` or `spam`, tab, text; or a CSV file with named columns")
        parser.add_argument("--against", type=Path, help="train on the first file, test on this one")
        parser.add_argument("--folds", type=int, default=10)
        parser.add_argument("--seed", type=int, default=1, help="the same seed cuts the same folds")
        parser.add_argument("--text", default="", help="name of the column with the text")
        parser.add_argument("--label", default="", help="name of the column that says spam or ham, 1 or 0")

    def handle(self, *, corpus, against, folds, seed, text, label, **options):
        try:
            texts = read_texts(corpus, text, label)
            others = read_texts(against, text, label) if against else []
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if not 2 <= folds <= len(texts):
            raise CommandError("There must be at least 2 folds, and no more than texts.")
        spam = sum(is_spam for _text, is_spam in texts)
        self.stdout.write(f"{len(texts)} different texts, {spam} of them spam")
        self.stdout.write(f"{'recall at':24}" + "".join(f"{100 * rate:>8g} %" for rate in FALSE_ALARMS) + "   a score")
        for name, judge in JUDGES.items():
            found = transferred(judge, texts, others) if against else cross_validated(judge, texts, folds, seed)
            recalls = "".join(f"{recall:>10.3f}" for recall in found.recalls)
            self.stdout.write(f"{name:24}{recalls}{found.micros:>7.0f} µs")
            if judge is Ours:
                held = f"scores of {SURE} and more: {found.held:.2%} of honest texts, {found.found:.1%} of spam"
        self.stdout.write(held)
