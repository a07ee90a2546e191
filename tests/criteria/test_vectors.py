"""Golden vectors: a document, what is known of a learner and the verdict, in files that any language can read."""

import json
from pathlib import Path

import pytest

from microcred_plugin.criteria import facts
from microcred_plugin.criteria.binding import bind
from microcred_plugin.criteria.digest import digest
from microcred_plugin.criteria.evaluate import evaluate
from microcred_plugin.criteria.explain import verdict_dict
from microcred_plugin.criteria.parse import dump, parse, read
from microcred_plugin.criteria.sentences import summary

VECTORS = Path(__file__).parents[1] / "vectors" / "criteria"
CASES = sorted(folder.name for folder in VECTORS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("case", CASES)
def test_the_verdict_is_the_one_on_file(case):
    folder = VECTORS / case
    known = json.loads((folder / "evidence.json").read_text("utf-8"))
    definition = parse(read((folder / "document.yaml").read_text("utf-8")))
    verdict = evaluate(bind(definition, known["run"]), facts.from_json(known["evidence"]))
    told = verdict_dict(verdict)
    for milestone, judged in zip(told["milestones"], verdict.milestones, strict=True):
        milestone["summary"] = summary(judged)
    assert told == json.loads((folder / "verdict.json").read_text("utf-8"))


def test_there_are_vectors():
    assert len(CASES) >= 10


def test_the_canonical_document_and_its_digest_stay_as_they_are():
    """A digest is stored with every published version: a change here would make all of them look altered."""
    document = dump(parse(read((VECTORS / "tested-out" / "document.yaml").read_text("utf-8"))))
    assert document == json.loads((VECTORS / "canonical.json").read_text("utf-8"))
    assert digest(document) == "86b432a22772c150a5458ea727ae0a4c8e86bcb3f777770cb6fc1cc789d20002"
