"""The command line, and what is said when a run cannot be made."""

import pytest

from soak import brokers
from soak.options import PROMISED_SECONDS, SWEEP_EVERY_SECONDS, Setup
from soak.run import arguments, tried


def test_sweeps_alone_could_not_keep_the_promise():
    assert SWEEP_EVERY_SECONDS >= 2 * PROMISED_SECONDS


def test_make_gives_its_variables_by_the_environment_and_an_empty_one_is_none(monkeypatch):
    for name, value in {"SECONDS": "45", "LEARNERS": "", "BROKER": "both", "SEED": "9"}.items():
        monkeypatch.setenv(f"SOAK_{name}", value)
    given = arguments([])
    assert (given.seconds, given.learners, given.broker, given.database, given.seed) == (
        45,
        2000,
        "both",
        "mariadb",
        9,
    )


def test_the_command_line_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("SOAK_SEED", "9")
    assert arguments(["--seed", "3"]).seed == 3


def test_without_a_seed_every_run_is_another(monkeypatch):
    monkeypatch.delenv("SOAK_SEED", raising=False)
    assert len({arguments([]).seed for _ in range(20)}) > 1


@pytest.mark.parametrize("address", ["sqlite", "mysql://root@127.0.0.1:9", "oracle://somewhere"])
def test_what_cannot_be_tried_says_why_and_is_a_failure(address):
    (row,), went_well = tried(Setup(seconds=30, learners=1, seed=1), "redis", address)
    assert row.skipped
    assert not went_well


def test_an_unknown_broker_is_named():
    assert "pigeon" in brokers.why_not("pigeon")


def test_free_ports_are_different():
    assert len(set(brokers.free_ports(5))) == 5
