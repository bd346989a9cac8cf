"""Rights: the step that refuses is named with its owner, and the command that grants the right."""

from dataclasses import replace

from streamer_agent.doctor.judge.rights import Step, User, explain

ROOT = Step("/", 0o755, 0, 0, "root", "root", is_directory=True)
LOGS = Step("/logs", 0o755, 0, 4, "root", "adm", is_directory=True)
FILE = Step("/logs/app.log", 0o640, 0, 4, "root", "adm", is_directory=False)
APP = User("app", 1000, frozenset({1000}))


def test_group_that_may_read_is_offered_first() -> None:
    refusal = explain([ROOT, LOGS, FILE], APP, is_listed=False)
    assert refusal.seen == "app may not read the file /logs/app.log, which belongs to root:adm with mode 0640"
    assert refusal.advice == "`sudo usermod -aG adm app`, then start the agent (or the session) anew"


def test_file_that_its_group_may_not_read_either_needs_an_access_control_list() -> None:
    refusal = explain([ROOT, LOGS, replace(FILE, mode=0o600)], APP, is_listed=False)
    assert "`sudo setfacl -m u:app:r /logs/app.log`" in refusal.advice
    assert "`sudo setfacl -d -m u:app:r /logs`" in refusal.advice


def test_nobody_is_sent_into_the_group_root() -> None:
    refusal = explain([replace(FILE, gid=0, group="root")], APP, is_listed=False)
    assert "usermod" not in refusal.advice
    assert "setfacl" in refusal.advice


def test_owner_without_the_right_gives_it_to_itself() -> None:
    refusal = explain([ROOT, replace(FILE, uid=1000, mode=0o044)], APP, is_listed=False)
    assert refusal.advice == "`chmod u+r /logs/app.log`"


def test_directory_on_the_way_that_may_not_be_searched_is_named() -> None:
    refusal = explain([ROOT, replace(LOGS, mode=0o700), FILE], APP, is_listed=False)
    assert refusal.seen.startswith("app may not search the directory /logs, which belongs to root:adm with mode 0700")
    assert refusal.advice == "`sudo setfacl -m u:app:x /logs`"


def test_directory_that_is_to_be_listed_needs_both_rights() -> None:
    refusal = explain([ROOT, replace(LOGS, mode=0o711)], APP, is_listed=True)
    assert "may not read the directory /logs" in refusal.seen
    assert refusal.advice == "`sudo setfacl -m u:app:rx /logs`"


def test_refusal_in_spite_of_the_mode_is_not_explained_away() -> None:
    refusal = explain([ROOT, LOGS, replace(FILE, mode=0o644)], APP, is_listed=False)
    assert "although the mode of everything up to /logs/app.log allows it" in refusal.seen
    assert "getfacl /logs/app.log" in refusal.advice


def test_names_are_quoted_for_the_shell() -> None:
    refusal = explain([replace(FILE, path="/logs/a b;c", mode=0o600)], APP, is_listed=False)
    assert "'/logs/a b;c'" in refusal.advice


def test_member_of_the_group_counts_as_the_group_even_where_others_may_more() -> None:
    member = User("app", 1000, frozenset({1000, 4}))
    refusal = explain([replace(FILE, mode=0o604)], member, is_listed=False)
    assert "may not read the file" in refusal.seen
    assert "usermod" not in refusal.advice
