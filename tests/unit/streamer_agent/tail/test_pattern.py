import pytest

from streamer_agent.tail.pattern import Pattern, has_magic


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("/var/log/*.log", "/var/log/app.log"),
        ("/var/log/app-?.log", "/var/log/app-1.log"),
        ("/var/log/[ab].log", "/var/log/b.log"),
        ("/var/*/app.log", "/var/log/app.log"),
        ("/var/log/**/*.log", "/var/log/app.log"),
        ("/var/log/**/*.log", "/var/log/a/b/app.log"),
        ("/var/log/**", "/var/log/a/b/app.txt"),
        ("/srv/**/logs/*.log", "/srv/a/b/logs/x.log"),
        ("/srv/**/logs/**/*.log", "/srv/logs/x.log"),
        ("/var/log/.*", "/var/log/.hidden"),
        ("/var/log/*.log", "/var/log/new\nline.log"),
    ],
)
def test_glob_means_the_path(glob: str, path: str) -> None:
    assert Pattern.glob(glob).matches(path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("/var/log/*.log", "/var/log/app.log.1"),
        ("/var/log/*.log", "/var/log/a/app.log"),
        ("/var/log/*.log", "/var/log/.hidden.log"),
        ("/var/log/**/*.log", "/var/log/.git/app.log"),
        ("/var/log/*.log", "/var/lo/app.log"),
        ("/var/*/app.log", "/var/app.log"),
        ("/var/log/**/x.log", "/var/logs/x.log"),
    ],
)
def test_glob_does_not_mean_the_path(glob: str, path: str) -> None:
    assert not Pattern.glob(glob).matches(path)


def test_base_is_the_directory_to_look_below() -> None:
    assert Pattern.glob("/var/log/app-*/x.log").base == "/var/log"
    assert Pattern.glob("/*.log").base == "/"


def test_directory_means_all_files_below_it_whatever_its_own_name() -> None:
    below = Pattern.below("/srv/[odd] *name")
    assert below.matches("/srv/[odd] *name/a.log")
    assert below.matches("/srv/[odd] *name/b/c/d")
    assert not below.matches("/srv/odd")
    assert not below.matches("/srv/[odd] *name/.git/config")


def test_special_characters() -> None:
    assert [has_magic(path) for path in ("/a/b", "/a/*", "/a?", "/[a]")] == [False, True, True, True]
