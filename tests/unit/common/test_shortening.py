from common.shortening import quoted, shortened


def test_what_is_short_stays_as_it_is() -> None:
    assert (shortened("abc", 3), quoted("a\nb")) == ("abc", r"'a\nb'")


def test_what_is_long_is_cut_and_its_size_is_told() -> None:
    assert shortened("x" * 60_000, 3) == "xxx… (60,000 characters)"
    assert quoted("x" * 60_000, 3) == "'xxx'… (60,000 characters)"
