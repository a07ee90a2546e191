"""Files of skills as people have them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.criteria.parse import parse
from microcred_plugin.criteria.skills import read_skills
from microcred_plugin.errors import BadInput
from tests.world import definition

EDITING = {"name": "Video editing", "uri": "http://data.europa.eu/esco/skill/1", "framework": "ESCO"}
PLAIN = {"name": "Patience", "uri": "", "framework": ""}


@pytest.mark.parametrize(
    "text",
    [
        "name,uri,framework\nVideo editing,http://data.europa.eu/esco/skill/1,ESCO\nPatience,,\n",
        "\ufeffName;URL;Framework\r\n Video  editing ;http://data.europa.eu/esco/skill/1;ESCO\r\n\r\nPatience\r\n",
        "framework\tpreferredLabel\tconceptUri\nESCO\tVideo editing\thttp://data.europa.eu/esco/skill/1\n\tPatience\t\n",
        json.dumps([EDITING, {"name": "Patience"}]),
        json.dumps({"skills": [EDITING, EDITING, PLAIN]}),
    ],
)
def test_a_table_of_any_country_and_a_list_give_the_same(text):
    assert read_skills(text) == (EDITING, PLAIN)


def test_rich_skill_descriptors_keep_their_address():
    descriptor = {
        "@context": "https://rsd.openskillsnetwork.org/context-v1.json",
        "type": "RichSkillDescriptor",
        "id": "https://osmt.example.org/api/skills/2f6a",
        "skillName": "Access restrictions",
        "skillStatement": "Restrict access to data.",
    }
    expected = {"name": descriptor["skillName"], "uri": descriptor["id"], "framework": "Rich Skill Descriptor"}
    assert read_skills(json.dumps(descriptor)) == (expected,)
    assert read_skills(json.dumps([descriptor, descriptor])) == (expected,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no skill"),
        ("name\n", "no skill"),
        ("title;what\n", "no skill"),
        ("colour,shape\nred,round\n", "The first line must name the columns"),
        ("name,uri\nA,javascript:alert(1)\n", "Line 2: javascript:alert"),
        ("name,uri\nA,\n,http://x.y\n", "Line 3 has no name"),
        ("name\n" + "x" * 256, "at most 255"),
        ("name\na\x00b\n", "control character"),
        ('name\n"open\n', "cannot be read as a table"),
        ("name\n" + "\n".join(f"s{number}" for number in range(51)), "51 skills"),
        ("{", "as JSON"),
        ("[" * 100_000, "as JSON"),
        ("[1]", "Skill 1 is not a skill"),
        ('[{"name": 1}]', "Skill 1: name must be text"),
        ('{"skillName": "A", "id": "urn:x"}', "Skill 1: urn:x"),
        ("name\n" + "x" * 600_000, "larger than 512 KiB"),
    ],
)
def test_what_cannot_be_used_is_named(text, told):
    with pytest.raises(BadInput, match=told.replace("(", r"\(")):
        read_skills(text)


@given(st.text(max_size=300) | st.text(alphabet='{}[]",:;\n\tname', max_size=60))
def test_whatever_comes_is_refused_or_fits_a_definition(text):
    try:
        skills = read_skills(text)
    except BadInput:
        return
    assert len(parse(definition(skills=list(skills))).skills) == len(skills)
