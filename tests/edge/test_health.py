from datetime import timedelta

from django.utils import timezone

from edge.models import Heartbeat


def test_health_says_that_no_worker_runs(client, db):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["worker"] == "not running"


def test_health_says_that_a_worker_was_seen(client, db):
    Heartbeat.objects.create(name="one")

    assert client.get("/healthz").json()["worker"] == "ok"


def test_a_worker_silent_for_a_minute_does_not_count(client, db):
    Heartbeat.objects.create(name="one", seen_at=timezone.now() - timedelta(minutes=1))

    assert client.get("/healthz").json()["worker"] == "not running"
