"""No file has more than one job."""


def test_no_source_of_ours_is_longer_than_the_limit(load, capsys):
    assert load("file_sizes").main() == 0, capsys.readouterr().out


def test_a_file_that_is_too_long_is_named_with_its_length(load, tmp_path, monkeypatch, capsys):
    script = load("file_sizes")
    long = tmp_path / "long.py"
    long.write_text("x = 1\n" * 401)
    short = tmp_path / "short.py"
    short.write_text("x = 1\n" * 400)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "sources", lambda: [long, short])
    assert script.main() == 1
    assert capsys.readouterr().out == "long.py: 401 lines; split it, 400 is the limit.\n"
