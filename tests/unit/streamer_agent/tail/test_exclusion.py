import pytest

from streamer_agent.tail.exclusion import Exclusion


@pytest.mark.parametrize(
    ("glob", "path", "is_out"),
    [
        ("*.gz", "/logs/app.gz", True),
        ("*.gz", "/logs/app.log", False),
        ("debug", "/logs/debug", True),
        (".*", "/logs/.hidden", True),
        ("/logs/private/*", "/logs/private/a.log", True),
        ("/logs/private/*", "/logs/private/deep/a.log", False),
        ("/logs/**/a.log", "/logs/x/y/a.log", True),
        ("/logs/a.log", "/logs/a.log", True),
        ("/logs/a.log", "/logs/b/a.log", False),
    ],
)
def test_globs_mean_names_or_whole_paths(glob: str, path: str, is_out: bool) -> None:
    assert Exclusion([glob]).has(path) is is_out


def test_what_is_in_a_directory_that_is_left_out_is_hidden() -> None:
    exclusion = Exclusion(["debug", "/logs/private"])
    assert exclusion.hides("/logs/debug/deep/a.log")
    assert exclusion.hides("/logs/private/a.log")
    assert not exclusion.hides("/logs/public/a.log")


def test_nothing_is_left_out_by_default() -> None:
    assert not Exclusion([]).hides("/logs/a.log")
