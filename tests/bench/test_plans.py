"""What is read out of a plan, and what is wrong with one."""

import json

from bench.plans import Hot, Used, _problems, _tables

PLAN = """{"query_block": {"select_id": 1, "nested_loop": [
  {"table": {"table_name": "a", "access_type": "ref", "key": "by_user_1234", "rows": 3}},
  {"read_sorted_file": {"filesort": {"table": {"table_name": "b", "access_type": "eq_ref", "key": "PRIMARY"}}}},
  {"table": {"table_name": "<subquery2>", "access_type": "ALL", "materialized": {"query_block": {
     "table": {"table_name": "c", "access_type": "range", "key": "by_time"}}}}}]}}"""


def test_every_table_of_a_plan_is_found_however_deep_it_stands() -> None:
    assert list(_tables(json.loads(PLAN))) == [
        Used("a", "ref", "by_user_1234"),
        Used("b", "eq_ref", "PRIMARY"),
        Used("c", "range", "by_time"),
    ]


def _hot(index: str = "") -> Hot:
    return Hot("it", lambda: None, 10, index)


def test_another_index_than_the_one_that_is_meant_is_a_problem() -> None:
    plan = [Used("a", "ref", "by_user_1234")]
    assert list(_problems(_hot("by_user"), plan)) == []
    assert list(_problems(_hot("by_time"), plan)) == ["does not use by_time, but a.by_user_1234"]


def test_a_plan_without_any_table_does_not_use_the_index() -> None:
    assert list(_problems(_hot("by_time"), [])) == ["does not use by_time, but nothing"]


def test_going_through_a_whole_table_is_a_problem_where_it_is_larger_than_what_may_be_read(db: None) -> None:
    plan = [Used("django_migrations", "ALL", "None")]
    (problem,) = _problems(_hot(), plan)
    assert problem == "goes through all of django_migrations"
    assert list(_problems(Hot("it", lambda: None, 10_000), plan)) == []
