"""A model must say which personal data it holds."""

import pytest

COMPLETE = """Rows.

    .. pii: Who did it.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """


@pytest.fixture
def problem(load):
    script = load("pii_annotations")
    return lambda docstring: script.problem(docstring, script.choices())


def test_a_model_without_personal_data_says_so_in_one_line(problem):
    assert problem("Rows.\n\n    .. no_pii:\n    ") == ""


def test_a_model_with_personal_data_says_what_of_which_type_and_what_happens_at_retirement(problem):
    assert problem(COMPLETE) == ""


@pytest.mark.parametrize(
    ("docstring", "said"),
    [
        ("", "neither"),
        ("Rows of nothing in particular.", "neither"),
        (COMPLETE.replace("Who did it.", ""), "neither"),
        (COMPLETE + "\n    .. no_pii:\n", "both"),
        (COMPLETE.replace("id, other", "id, shoe_size"), "shoe_size is none of"),
        (COMPLETE.replace("    .. pii_retirement: local_api\n", ""), "pii_retirement"),
        (COMPLETE.replace("local_api", "whenever"), "whenever is none of"),
    ],
)
def test_what_is_missing_or_unknown_is_named(problem, docstring, said):
    assert said in problem(docstring)


def test_a_model_that_names_a_person_cannot_say_that_it_holds_nothing(load):
    script = load("pii_annotations")
    said = script.problem("Rows.\n\n    .. no_pii:\n    ", script.choices(), ["user"])
    assert said == "says .. no_pii: and holds user"


def test_relations_to_users_and_numbers_named_like_one_are_found(load):
    found = {model.__name__: names for model in load("pii_annotations").models() if (names := persons(load, model))}
    assert found["Award"] == ["user"]
    assert found["Confirmation"] == ["user", "confirmed_by"]
    assert found["AwardEvent"] == ["actor_id"]
    assert found["Version"] == ["created_by_id"]
    assert found["Draft"] == ["modified_by"]
    assert not {"Issuer", "Microcredential", "Offering", "Interest", "Backfill", "CourseStructure"} & found.keys()


def persons(load, model):
    return load("pii_annotations").persons(model)


def test_all_our_models_say_it(load, capsys):
    assert load("pii_annotations").main() == 0, capsys.readouterr().out
