"""What the documentation says is there, is there."""

import argparse
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the documentation is in the checkout only")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def fenced(page: Path) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page):
    inside = [link for link in LINK.findall(page.read_text("utf-8")) if not link.startswith("http")]
    assert [link for link in inside if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_page_begins_with_its_title(page):
    assert page.read_text("utf-8").startswith("# ")


def test_the_readme_can_be_read_in_a_minute():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_every_page_can_be_reached_from_the_index():
    seen, ahead = set(), [ROOT / "docs" / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        links = {(page.parent / link).resolve() for link in LINK.findall(page.read_text("utf-8"))}
        ahead += [link for link in links if link.suffix == ".md" and link.is_file() and link not in seen]
    assert {name(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in seen} == set()


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_fits_a_page_and_says_what_forced_it_and_what_follows(page):
    lines = page.read_text("utf-8").splitlines()
    assert len(lines) <= 60
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


def test_decisions_are_numbered_without_a_gap_and_all_are_in_the_list():
    listed = LINK.findall((ROOT / "docs" / "decisions" / "README.md").read_text("utf-8"))
    assert [page.name for page in DECISIONS] == listed
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    # `make test check` in code names two; in prose "make" is a word like others.
    code = re.findall(r"`(make [^`\n]+)`", text) + re.findall(r"^(make [^#\n]*)", text, re.MULTILINE)
    named = {word for line in code for word in line.split("#")[0].split()[1:] if re.fullmatch(r"[a-z-]+", word)}
    assert named - targets == set()


def test_every_target_of_the_makefile_says_what_it_does():
    text = (ROOT / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    described = re.findall(r"^([a-z-]+):.*## \w", text, re.MULTILINE)
    assert sorted(phony.split()) == sorted(described)


def test_every_setting_that_a_page_names_exists():
    from microcred_plugin import conf

    elsewhere = {"MICROCRED_TEST_DB"}  # read by the tests from the environment
    options = (ROOT / "tutor" / "tutormicrocred" / "options.py").read_text("utf-8")
    elsewhere |= set(re.findall(r'^    "(MICROCRED_[A-Z_]+)":', options, re.MULTILINE)) - set(conf.names())  # Tutor's
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert set(re.findall(r"\bMICROCRED_[A-Z_]+", text)) - set(conf.names()) == elsewhere


def test_every_definition_that_a_page_shows_in_full_is_valid():
    from microcred_plugin.criteria.parse import parse
    from microcred_plugin.criteria.read import read

    shown = [block for page in PAGES for block in fenced(page) if block.startswith("format: microcredential/1")]
    assert len(shown) >= 2
    assert all(parse(read(block)).slug for block in shown)


def test_every_code_of_a_finding_is_explained():
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "microcred_plugin").rglob("*.py"))
    codes = set(re.findall(r'Severity\.[A-Z]+, "([a-z-]+)"', source)) | set(re.findall(r'_error\("([a-z-]+)"', source))
    codes |= set(re.findall(r'note\(.*"((?:[a-z]+-)+[a-z]+)"\)$', source, re.MULTILINE))
    page = (ROOT / "docs" / "reference" / "definition.md").read_text("utf-8")
    assert codes
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_every_icon_shape_and_condition_is_named():
    from microcred_plugin.artwork.icons import ICONS
    from microcred_plugin.criteria import vocabulary

    page = (ROOT / "docs" / "reference" / "definition.md").read_text("utf-8")
    named = {*ICONS, *vocabulary.SHAPES, *vocabulary.REGRESSIONS, *vocabulary.ASSESSMENTS}
    assert {word for word in named if f"`{word}`" not in page} == set()
    assert {word for word in vocabulary.CONDITIONS + vocabulary.GROUPS if f"`{word}: " not in page} == set()


@pytest.mark.parametrize("number", [1, 2])
def test_the_python_api_is_listed_without_gap_or_ghost(number):
    from microcred_plugin import api, authoring

    table = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8").split("| for | functions |")[number]
    listed = re.findall(r"`(\w+)`", table.partition("\n\n")[0])
    assert sorted(listed) == sorted([api, authoring][number - 1].__all__)


OPERATING = ROOT / "docs" / "how-tos" / "operate.md"


def headings(section: str) -> list[str]:
    """Name the third-level headings below a second-level one, in their order."""
    below = OPERATING.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^### (.+)$", below, re.MULTILINE)


def test_every_check_of_doctor_has_its_heading_in_the_order_in_which_it_is_made():
    from microcred_plugin.flows.doctor import LOOKS

    assert headings("When a check of doctor fails") == list(LOOKS)


def test_every_metric_has_its_threshold_and_its_heading():
    from microcred_plugin.data import Metrics

    assert headings("When a metric raises an alarm") == list(Metrics.__dataclass_fields__)
    table = OPERATING.read_text("utf-8").partition("| metric | alarm when |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE) == list(Metrics.__dataclass_fields__)


def test_every_event_of_the_log_is_explained():
    folders = (ROOT / "microcred_plugin", ROOT / "xblocks")
    source = "\n".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    events = set(re.findall(r'log\.(?:info|warning|failure)\(\s*"([a-z-]+)"', source))
    events |= set(re.findall(r'_tell\(award, "([a-z-]+)"', source))
    table = OPERATING.read_text("utf-8").partition("| event | level |")[2].partition("\n\n")[0]
    assert events == set(re.findall(r"`([a-z-]+)`", "\n".join(row.split("|")[1] for row in table.splitlines() if row)))


def test_every_link_within_the_operators_page_leads_to_a_heading():
    text = OPERATING.read_text("utf-8")
    there = {
        re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - there == set()


def test_every_verb_of_the_sandbox_is_in_the_reference_and_no_other():
    from microcred_plugin.sandbox.verbs import VERBS

    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    assert set(re.findall(r"^\| `sandbox ([a-z]+)", page, re.MULTILINE)) == {verb.name for verb in VERBS}


def options(command: str) -> set[str]:
    """Every verb of a command with its long options, as its own parser knows them."""
    from django.core.management import load_command_class

    parser = load_command_class("microcred_plugin", command).create_parser("manage.py", command)
    [verbs] = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    common = {"--help", "--json", "--as", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"}
    common |= {"--no-color", "--force-color", "--skip-checks"}
    return {
        f"{command} {verb} {option}".strip()
        for verb, inner in verbs.choices.items()
        for option in {"", *(flag for action in inner._actions for flag in action.option_strings)} - common
        if not option or option.startswith("--")
    }


def test_every_verb_and_option_of_microcred_is_in_the_reference():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    rows = {row.split()[0]: row for row in re.findall(r"^\| `microcred (.*)$", page, re.MULTILINE)}
    rows = {verb.strip("`"): row for verb, row in rows.items()}
    missing = {
        full
        for full in options("microcred")
        if (words := full.split()) and (words[1] not in rows or (len(words) > 2 and words[2] not in rows[words[1]]))
    }
    assert missing == set()
    assert set(rows) == {full.split()[1] for full in options("microcred")}
