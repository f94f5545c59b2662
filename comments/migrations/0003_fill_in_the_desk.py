"""What the desk needs to know about comments, threads and decisions that were there before it."""

import hashlib
import json
import secrets

from django.db import migrations, models

CHUNK = 500


def sealed(salt, *texts):
    return hashlib.sha256(json.dumps([salt, *texts]).encode()).hexdigest()


def in_chunks(rows, fields):
    """Each row, which the caller changes; written back in steps."""
    changed = []
    for row in rows.iterator(chunk_size=CHUNK):
        yield row
        changed.append(row)
        if len(changed) == CHUNK:
            rows.model.objects.bulk_update(changed, fields)
            changed = []
    rows.model.objects.bulk_update(changed, fields)


def fill(apps, schema_editor):
    Thread, Comment, Version, Decision = (
        apps.get_model("comments", name) for name in ("Thread", "Comment", "Version", "Decision")
    )
    Thread.objects.filter(policy="after").update(mode="open")
    Thread.objects.filter(is_open=False).update(mode="read_only")
    Comment.objects.filter(status="pending").update(waits_since=models.F("created_at"))
    for comment in in_chunks(Comment.objects.order_by("pk"), ["priority"]):
        comment.priority = sum(int(signal.get("points", 0)) for signal in comment.signals)
    for version in in_chunks(Version.objects.order_by("pk"), ["salt"]):
        version.salt = secrets.token_hex(16)
    for comment in Comment.objects.order_by("pk").iterator(chunk_size=CHUNK):
        write_anew(comment, Version, Decision)


def write_anew(comment, Version, Decision):
    """The lines about one comment as they would have been written; the first says that the text came in."""
    old = list(Decision.objects.filter(comment=comment).order_by("pk"))
    lines = list(old)
    if not lines or lines[0].before:
        number = lines[0].version if lines else comment.version
        lines.insert(0, Decision(comment=comment, version=number, outcome="pending", at=comment.created_at))
    texts = {text.number: text for text in Version.objects.filter(comment=comment)}
    stood = 0
    for line in lines:
        line.pk, line.number, line.by_number, line.salt = None, comment.pk, line.by_id, secrets.token_hex(16)
        line.private = sealed(line.salt, line.note, "")
        text = texts.get(line.version)
        line.words = sealed(text.salt, text.body) if text else ""
        line.stood, stood = stood if line.before else 0, line.version
    ids = [line.pk for line in Decision.objects.filter(comment=comment)]
    Decision.objects.bulk_create(lines)
    Decision.objects.filter(pk__in=ids).delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_moderation_desk")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
