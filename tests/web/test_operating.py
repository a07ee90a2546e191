"""Health for load balancers, metrics for monitors: who is told what."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from microcred_plugin import api
from microcred_plugin.data import Metrics
from microcred_plugin.evidence.models import Pending
from microcred_plugin.flows.doctor import LOOKS, SLOW
from tests.faults import database_gone, without_table
from tests.world import World

from .conftest import Asking

TOKEN = "s3cret-for-the-monitor"


def scrape(token: str, kind: str = "Bearer") -> Any:
    """Read the metrics as a monitor does."""
    return Client().get(reverse("microcred_plugin:api-v1-metrics"), HTTP_AUTHORIZATION=f"{kind} {token}")


def test_anybody_is_told_that_it_is_healthy_and_nothing_else(people: dict[str, User | None], ask: Asking) -> None:
    told = {who: ask(user, "api-v1-health").json() for who, user in people.items()}
    assert told.pop("superuser").keys() == {"status", "checks"}
    assert [answer for answer in told.values() if answer != {"status": "ok"}] == []


def test_global_staff_are_told_what_doctor_finds_but_for_what_takes_long(
    people: dict[str, User | None], ask: Asking
) -> None:
    checks = ask(people["superuser"], "api-v1-health").json()["checks"]
    assert {check["name"] for check in checks} == set(LOOKS) - SLOW
    assert set(checks[0]) == {"name", "status", "message", "remedy"}
    assert {check["status"] for check in checks} <= {"ok", "warning", "error"}


def test_global_staff_who_are_not_active_are_told_no_details(people: dict[str, User | None], ask: Asking) -> None:
    User.objects.filter(username="root").update(is_active=False)
    assert ask(User.objects.get(username="root"), "api-v1-health").json() == {"status": "ok"}
    assert ask(User.objects.get(username="root"), "api-v1-metrics").status_code == 403


def test_a_token_of_a_restricted_application_is_told_no_details(
    people: dict[str, User | None], ask_by_token: Asking
) -> None:
    assert ask_by_token(people["superuser"], "api-v1-health", is_restricted=True).json() == {"status": "ok"}
    assert ask_by_token(people["superuser"], "api-v1-metrics", is_restricted=True).status_code == 403
    assert "checks" in ask_by_token(people["superuser"], "api-v1-health").json()
    assert ask_by_token(people["superuser"], "api-v1-metrics").status_code == 200


def test_a_token_that_is_not_valid_is_told_the_health_all_the_same(world: World) -> None:
    response = Client().get(reverse("microcred_plugin:api-v1-health"), HTTP_AUTHORIZATION="JWT forged")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_without_its_tables_or_its_database_a_process_is_not_healthy(
    people: dict[str, User | None], ask: Asking
) -> None:
    with without_table(Pending):
        broken = ask(None, "api-v1-health")
        by_staff = ask(people["superuser"], "api-v1-health")
    with database_gone():
        gone = ask(None, "api-v1-health")
    for response in (broken, by_staff, gone):
        assert (response.status_code, response.json()) == (503, {"status": "unavailable"})
        assert response["Cache-Control"] == "private, no-store"
    assert ask(None, "api-v1-health").status_code == 200


def test_health_costs_an_anonymous_caller_one_query_and_no_transaction(world: World, ask: Asking) -> None:
    ask(None, "api-v1-health")
    with CaptureQueriesContext(connection) as asked:
        ask(None, "api-v1-health")
    assert len(asked) == 1, [query["sql"] for query in asked]


def test_health_may_be_asked_as_often_as_a_load_balancer_likes(world: World, ask: Asking, settings: Any) -> None:
    settings.MICROCRED_API_THROTTLE_RATE = "2/minute"
    assert {ask(None, "api-v1-health").status_code for _ in range(5)} == {200}


def test_a_monitor_reads_the_metrics_with_its_token(world: World, settings: Any) -> None:
    settings.MICROCRED_METRICS_TOKEN = TOKEN
    response = scrape(TOKEN)
    assert response.status_code == 200
    assert set(response.json()) == set(Metrics.__dataclass_fields__)
    assert scrape(TOKEN, "bearer").status_code == 200


@pytest.mark.parametrize("token", ["", " ", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "ß", "None"])
def test_another_token_opens_nothing(world: World, settings: Any, token: str) -> None:
    settings.MICROCRED_METRICS_TOKEN = TOKEN
    response = scrape(token)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("token", ["", " ", "None", "False"])
def test_without_the_setting_no_token_opens_anything(world: World, settings: Any, token: str) -> None:
    assert scrape(token).status_code == 401
    settings.MICROCRED_METRICS_TOKEN = ""
    assert scrape(token).status_code == 401


def test_the_token_opens_nothing_but_the_metrics(world: World, settings: Any) -> None:
    settings.MICROCRED_METRICS_TOKEN = TOKEN
    client = Client(HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert client.get(reverse("microcred_plugin:api-v1-awards")).status_code == 401
    assert client.get(reverse("microcred_plugin:api-v1-health")).json() == {"status": "ok"}


def test_the_token_is_compared_in_constant_time(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from microcred_plugin.web.rest_api.v1 import operating

    settings.MICROCRED_METRICS_TOKEN = TOKEN
    compared: list[Any] = []
    real = operating.constant_time_compare
    monkeypatch.setattr(operating, "constant_time_compare", lambda *values: compared.append(values) or real(*values))
    assert (scrape("wrong").status_code, scrape(TOKEN).status_code) == (401, 200)
    assert len(compared) == 2


def test_the_metrics_are_those_of_the_python_api(people: dict[str, User | None], ask: Asking, award: Any) -> None:
    response = ask(people["superuser"], "api-v1-metrics").json()
    found = api.metrics()
    assert response["awards"] == dict(found.awards)
    assert response["seconds_since_last_sweep"] is None
    assert response["waiting_learners"] == found.waiting_learners
