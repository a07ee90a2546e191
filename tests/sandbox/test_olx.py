"""Reading exports: everything a real one may hold or lack, and nothing a hostile one wants."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox.olx import archive, reader, scoring, values
from microcred_plugin.sandbox.olx.reader import OlxCourse
from tests.sandbox import exports


def read(path: Path) -> OlxCourse:
    with archive.opened(path) as root:
        return reader.read_course(root)


def names(course: OlxCourse) -> list[str]:
    return [f"{block.type}@{block.name}" for block in course.root.walk()]


WHOLE = ["course@R1", "chapter@c1", "sequential@s1", "vertical@u1", "html@h1", "video@v1", "vertical@u2", "problem@p1",
         "discussion@d1"]  # fmt: skip


def test_a_folder_is_read_in_reading_order_with_its_key_and_without_the_wiki(tmp_path: Path) -> None:
    course = read(exports.folder(tmp_path))

    assert (course.key, course.org, course.warnings) == (exports.KEY, "Org", ())
    assert names(course) == WHOLE


@pytest.mark.parametrize("outer", ["course", "Some Name (2)", "."])
def test_an_archive_is_read_whatever_its_outer_folder_is_called(tmp_path: Path, outer: str) -> None:
    assert names(read(exports.archive(tmp_path / "export.tar.gz", outer))) == WHOLE


def test_a_folder_that_holds_the_export_in_one_inside_is_read_too(tmp_path: Path) -> None:
    exports.folder(tmp_path / "inside")

    assert names(read(tmp_path)) == WHOLE


def test_html_is_taken_from_the_file_that_its_filename_names(tmp_path: Path) -> None:
    course = read(exports.folder(tmp_path))
    html = next(block for block in course.root.walk() if block.type == "html")

    assert html.title == "Words"
    assert html.text.startswith("<p>Read")


def test_blocks_may_be_written_where_they_stand_instead_of_in_files(tmp_path: Path) -> None:
    inline = (
        '<vertical url_name="u1" display_name="All here"><html url_name="h9"><p>Hello &amp; <b>you</b></p></html>'
        '<problem url_name="p9" weight="3"><stringresponse answer="x"/></problem></vertical>'
    )
    sequential = f'<sequential display_name="Steps">{inline}</sequential>'
    course = read(exports.folder(tmp_path, {"sequential/s1.xml": sequential}))
    html, problem = list(course.root.walk())[-2:]

    assert html.text == "<p>Hello &amp; <b>you</b></p>"
    assert (problem.name, scoring.max_score(problem)) == ("p9", "3")


def test_a_block_without_a_name_gets_the_same_one_in_every_import(tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><html><p>one</p></html><html><p>two</p></html></vertical>'
    exports.folder(tmp_path, {"vertical/u2.xml": vertical})
    first, second = names(read(tmp_path)), names(read(tmp_path))

    assert first == second
    assert len(set(first)) == len(first)


def test_the_policy_file_has_the_last_word_over_attributes(tmp_path: Path) -> None:
    files = {
        "policies/R1/policy.json": exports.policy(display_name="By policy", start="2029-01-01T00:00:00Z"),
        "policies/R1/grading_policy.json": '{"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.8}}',
    }
    course = read(exports.folder(tmp_path, files))

    assert course.root.title == "By policy"
    assert values.moment(course.root.fields["start"]) == datetime(2029, 1, 1, tzinfo=UTC)
    assert course.grading["GRADE_CUTOFFS"] == {"Pass": 0.8}


def test_a_missing_file_is_a_warning_and_the_block_stays(tmp_path: Path) -> None:
    course = read(exports.folder(tmp_path, {"problem/p1.xml": None, "html/h1.html": None}))

    assert names(course) == WHOLE
    assert [warning.split()[0] for warning in course.warnings] == ["html/h1.html", "problem/p1.xml"]


def test_a_file_that_is_not_xml_is_a_warning_and_the_block_stays(tmp_path: Path) -> None:
    course = read(exports.folder(tmp_path, {"video/v1.xml": "<video <<<", "policies/R1/policy.json": "{nope"}))

    assert names(course) == WHOLE
    assert len(course.warnings) == 2


def test_a_block_of_an_unknown_type_is_kept_with_its_content(tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><flux url_name="f1" display_name="Flux"><part/></flux></vertical>'
    block = list(read(exports.folder(tmp_path, {"vertical/u2.xml": vertical})).root.walk())[-1]

    assert (block.type, block.title, block.children) == ("flux", "Flux", [])
    assert "<part/>" in block.text


def test_a_block_that_stands_in_two_places_stays_at_the_first(tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><html url_name="h1"/><problem url_name="p1"/></vertical>'
    course = read(exports.folder(tmp_path, {"vertical/u2.xml": vertical}))

    assert names(course).count("html@h1") == 1
    assert "more than once" in course.warnings[0]


def test_a_unit_that_contains_itself_is_read_once(tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><vertical url_name="u2"/></vertical>'

    assert names(read(exports.folder(tmp_path, {"vertical/u2.xml": vertical}))).count("vertical@u2") == 1


def test_an_export_without_static_files_or_policies_is_whole(tmp_path: Path) -> None:
    assert read(exports.folder(tmp_path, {"static/cat.png": None})).warnings == ()


@pytest.mark.parametrize(
    ("course", "complaint"),
    [
        ("<course/>", "no usable key"),
        ('<course org="O" course="has space" url_name="R"/>', "no usable key"),
        ('<library org="O" library="L"/>', "no <course>"),
        ("<course", "cannot be read without it"),
        ('<course org="O" course="C" url_name="R"><wiki/></course>', "no sections"),
    ],
)
def test_what_is_no_course_is_refused_with_a_reason(tmp_path: Path, course: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read(exports.folder(tmp_path, {"course.xml": course}))


@pytest.mark.parametrize("name", ["nowhere", "text.tar.gz", "empty"])
def test_what_is_no_export_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.tar.gz").write_text("plain text")
    (tmp_path / "empty").mkdir()

    with pytest.raises(BadInput, match=name):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "course/../../evil.txt"])
def test_an_archive_that_would_write_outside_is_refused_and_names_the_member(tmp_path: Path, name: str) -> None:
    path = exports.hostile(tmp_path / "evil.tar.gz", tarfile.TarInfo(name))

    with pytest.raises(BadInput, match=r"evil\.txt"):
        read(path)
    assert not (tmp_path / "evil.txt").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_an_archive_are_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("course/static/passwd")
    member.type, member.linkname = kind, "/etc/passwd"

    with pytest.raises(BadInput, match="static/passwd"):
        read(exports.hostile(tmp_path / "evil.tar.gz", member))


def test_an_archive_larger_than_any_course_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_MAX_FILE_BYTES", 1000)
    member = tarfile.TarInfo("course/static/bomb")
    member.size = 2000

    with pytest.raises(BadInput, match="static/bomb"):
        read(exports.hostile(tmp_path / "bomb.tar.gz", member, b"0" * 2000))


def test_an_archive_cut_short_is_refused(tmp_path: Path) -> None:
    path = exports.archive(tmp_path / "short.tar.gz")
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(BadInput, match=r"short\.tar\.gz"):
        read(path)


ENTITIES = [
    '<!DOCTYPE problem [<!ENTITY x SYSTEM "file:///etc/passwd">]><problem>&x;</problem>',
    '<!DOCTYPE problem [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><problem>&b;</problem>',
    '<!DOCTYPE problem SYSTEM "http://127.0.0.1:1/x.dtd"><problem/>',
]


@pytest.mark.parametrize("text", ENTITIES)
def test_xml_entities_are_refused_naming_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"problem/p1\.xml"):
        read(exports.folder(tmp_path, {"problem/p1.xml": text}))


def test_a_name_that_leads_out_of_the_export_reads_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    html = '<html filename="../../secret" display_name="Words"/>'

    with pytest.raises(BadInput, match="leads out"):
        read(exports.folder(tmp_path / "export", {"html/h1.xml": html}))


def test_a_link_in_a_folder_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_text("<problem/>")
    root = exports.folder(tmp_path / "export", {"problem/p1.xml": None})
    (root / "problem").mkdir(exist_ok=True)
    (root / "problem" / "p1.xml").symlink_to(tmp_path / "secret.xml")

    with pytest.raises(BadInput, match="leads out"):
        read(root)


def test_blocks_nested_beyond_reason_are_refused(tmp_path: Path) -> None:
    deep = "".join(f'<vertical url_name="n{n}">' for n in range(60)) + "</vertical>" * 60

    with pytest.raises(BadInput, match="nested"):
        read(exports.folder(tmp_path, {"vertical/u2.xml": f"<vertical>{deep}</vertical>"}))


def test_a_name_with_signs_that_no_key_may_hold_is_made_safe(tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><html url_name="a b+c">x</html></vertical>'

    assert names(read(exports.folder(tmp_path, {"vertical/u2.xml": vertical})))[-1] == "html@a_b_c"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2030-01-02T03:04:05Z", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ('"2030-01-02T05:04:05+02:00"', datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2030-01-02T03:04:05", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("soon", None),
        (None, None),
    ],
)
def test_times_are_utc_however_they_are_written(written: str | None, read_as: datetime | None) -> None:
    assert values.moment(written) == read_as


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ('{"50": [1, 2]}', {"50": [1, 2]}),
        ({"50": [1], "51": []}, {"50": [1]}),
        ("{}", {}),
        ("null", {}),
        ("nonsense", {}),
        ('{"50": "all"}', {}),
    ],
)
def test_group_access_is_read_from_text_or_json(written: object, read_as: dict[str, list[int]]) -> None:
    assert values.group_access(written) == read_as


@pytest.mark.parametrize(
    ("kind", "fields", "text", "points"),
    [
        ("problem", {}, "<problem><stringresponse/><optionresponse/></problem>", "2"),
        ("problem", {"weight": "0.5"}, "<problem><stringresponse/></problem>", "0.5"),
        ("problem", {"weight": "0"}, "<problem><stringresponse/></problem>", ""),
        ("problem", {}, "<problem><p>Nothing asked</p></problem>", ""),
        ("lti", {"has_score": "true"}, "<lti/>", "1"),
        ("lti", {}, "<lti/>", ""),
        ("html", {}, "<p/>", ""),
    ],
)
def test_points_are_the_weight_or_one_an_answer(kind: str, fields: dict[str, str], text: str, points: str) -> None:
    assert scoring.max_score(reader.OlxBlock(kind, "x", dict(fields), text)) == points
