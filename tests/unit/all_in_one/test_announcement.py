from pathlib import Path

from all_in_one.announcement import announcement


def test_it_says_where_to_look_and_how_another_agent_joins() -> None:
    text = announcement(8090, "/var/log", None, Path("/srv/.tailcast/publisher-key"), is_demo=False, tutorial=False)
    assert "http://localhost:8090\n" in text
    assert "/var/log\n" in text
    assert "NEGOTIATE_URL=http://localhost:8090/negotiate PUBLISHER_KEY_FILE=/srv/.tailcast/publisher-key " in text


def test_a_key_that_was_given_is_not_repeated() -> None:
    assert "PUBLISHER_KEY=(the one given here)" in announcement(8080, "a", None, None, is_demo=False, tutorial=False)


def test_a_demo_log_is_called_one() -> None:
    assert "your own: make run LOGS=/var/log" in announcement(
        8080, "demo/*.log", None, None, is_demo=True, tutorial=False
    )


def test_azure_is_said_aloud() -> None:
    text = announcement(8080, "a", "https://tailcast.webpubsub.azure.com", None, is_demo=False, tutorial=False)
    assert "AZURE WEB PUBSUB at https://tailcast.webpubsub.azure.com; the emulator is not started" in text


def test_that_anyone_may_publish_is_said_aloud_and_only_then() -> None:
    assert "ANYONE" in announcement(8080, "a", None, None, is_demo=False, tutorial=True)
    assert "ANYONE" not in announcement(8080, "a", None, None, is_demo=False, tutorial=False)
