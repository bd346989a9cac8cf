"""__main__: options and paths are told apart, whatever the names of the files."""

import pytest

from streamer_agent.__main__ import main, split


@pytest.mark.parametrize(
    ("argv", "options", "paths"),
    [
        (["a.log", "b.log"], [], ["a.log", "b.log"]),
        (["-"], [], ["-"]),
        (["--format", "text", "a.log"], ["--format", "text"], ["a.log"]),
        (["--format=text", "a.log"], ["--format=text"], ["a.log"]),
        (["a.log", "--no-resume", "b.log"], ["--no-resume"], ["a.log", "b.log"]),
        (["--", "--format", "-"], [], ["--format", "-"]),
        (["a,b", '"c"', "[d]", '{"e":1}', " f "], [], ["a,b", '"c"', "[d]", '{"e":1}', " f "]),
        (["--help"], ["--help"], []),
        (["--format"], ["--format"], []),
    ],
)
def test_options_are_parted_from_paths(argv: list[str], options: list[str], paths: list[str]) -> None:
    assert split(argv) == (options, paths, [])


@pytest.mark.parametrize(
    "argv", [["--exclude", "*,x", "--exclude=[y]", "a"], ["a", "--exclude=*,x", "--exclude", "[y]"]]
)
def test_excluded_globs_are_taken_literally(argv: list[str]) -> None:
    assert split(argv) == ([], ["a"], ["*,x", "[y]"])


@pytest.mark.parametrize("argv", [[], ["--no-such-option", "x"], ["--format", "csv", "a"]])
def test_wrong_settings_end_with_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "python -m streamer_agent" in capsys.readouterr().err
