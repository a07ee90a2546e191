"""Who is excused by an outage, and who is not."""

from soak.latency import ALIVE, Window, group_of, grouped, percentile, seconds_down

DOWN = [Window("broker", 100.0, 120.0)]


def test_a_commit_during_the_outage_and_just_before_it_is_excused():
    assert [group_of(at, DOWN) for at in (95.0, 100.0, 120.0)] == ["broker"] * 3


def test_a_commit_that_had_the_promised_time_before_the_outage_is_not_excused_however_long_it_waits():
    assert group_of(94.9, DOWN) == ALIVE
    assert grouped([(94.9, 400.0)], DOWN)[ALIVE] == [400.0 - 94.9]


def test_a_commit_after_the_outage_is_not_excused():
    assert group_of(120.1, DOWN) == ALIVE


def test_who_waits_while_broker_and_worker_are_down_counts_for_the_broker():
    assert group_of(110.0, [Window("worker", 105.0, 115.0), *DOWN]) == "broker"


def test_nothing_is_lost_in_sorting_and_each_group_is_in_order():
    waits = [(float(at), at + at % 7) for at in range(200)]
    groups = grouped(waits, DOWN)
    assert sum(map(len, groups.values())) == 200
    assert all(list(group) == sorted(group) for group in groups.values())
    assert grouped([], []) == {ALIVE: []}


def test_ninety_five_of_a_hundred_do_not_wait_longer_than_p95():
    hundred = [float(number) for number in range(1, 101)]
    assert (percentile(hundred, 50), percentile(hundred, 95), percentile(hundred, 100)) == (50.0, 95.0, 100.0)
    assert percentile([3.0], 95) == 3.0
    assert percentile([], 95) == 0.0


def test_overlapping_outages_are_counted_once_and_only_within_the_time():
    windows = [Window("worker", 5.0, 15.0), Window("broker", 10.0, 20.0), Window("worker", 12.0, 14.0)]
    assert seconds_down(windows, 0.0, 100.0) == 15.0
    assert seconds_down(windows, 8.0, 12.0) == 4.0
    assert seconds_down([], 0.0, 100.0) == 0.0
