import json

from django.core.management.base import BaseCommand

from accounts.people import erase, held_about


class Command(BaseCommand):
    help = "Shows everything the site holds about one e-mail address; --erase removes it as the policy says."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--erase", action="store_true", help="Erase it, after asking.")
        parser.add_argument("--no-input", action="store_true", help="Do not ask.")

    def handle(self, *, email, no_input, **options):
        held = held_about(email)
        if not held:
            self.stdout.write(f"Nothing is held about {email}.")
            return
        for kind in held:
            self.stdout.write(
                self.style.MIGRATE_HEADING(
                    f"\n{'What was done there: ' if kind.is_act else ''}{kind.rule.what} ({len(kind.rows)})"
                )
            )
            self.stdout.write(
                f"  {kind.rule.model}; when the person leaves: {'her name goes' if kind.is_act else kind.rule.leave}"
            )
            for row in kind.rows:
                self.stdout.write("  " + json.dumps(row, default=str, ensure_ascii=False))
        if options["erase"] and (no_input or input("\nErase this? Type yes: ").strip() == "yes"):
            counts = erase(email)
            self.stdout.write(f"\nErased or blanked: {counts}")
