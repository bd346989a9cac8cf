import pytest

from negotiate_service.access import Access, Role
from negotiate_service.errors import PublisherKeyError, UnknownRoleError

ACCESS = Access("logs", "s3cret")
TUTORIAL = Access("logs", "s3cret", tutorial=True)


@pytest.mark.parametrize(
    ("access", "role", "expected"),
    [
        (ACCESS, None, Role.VIEWER),
        (ACCESS, "viewer", Role.VIEWER),
        (ACCESS, "publisher", Role.PUBLISHER),
        (TUTORIAL, None, Role.ANYONE),
        (TUTORIAL, "viewer", Role.VIEWER),
        (TUTORIAL, "publisher", Role.PUBLISHER),
    ],
)
def test_with_the_key_each_role_is_given(access: Access, role: str | None, expected: Role) -> None:
    assert access.decide(role, "Bearer s3cret") is expected


@pytest.mark.parametrize("header", [None, "", "s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cret2",
                                    "Bearer S3CRET", "Basic s3cret", "Bearer \udcff"])  # fmt: skip
@pytest.mark.parametrize("access", [ACCESS, TUTORIAL])
def test_a_publisher_without_the_key_is_refused(access: Access, header: str | None) -> None:
    with pytest.raises(PublisherKeyError) as caught:
        access.decide("publisher", header)
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    assert "s3cre" not in str(caught.value)


@pytest.mark.parametrize("header", ["bearer s3cret", "BEARER  s3cret "])
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert ACCESS.decide("publisher", header) is Role.PUBLISHER


@pytest.mark.parametrize("role", ["", "admin", "Publisher", "anyone", "publisher "])
def test_an_unknown_role_is_refused(role: str) -> None:
    with pytest.raises(UnknownRoleError, match="role=publisher"):
        ACCESS.decide(role, "Bearer s3cret")


def test_a_role_permits_its_own_and_nothing_else() -> None:
    assert ACCESS.permissions(Role.VIEWER) == ["webpubsub.joinLeaveGroup.logs"]
    assert ACCESS.permissions(Role.PUBLISHER) == ["webpubsub.sendToGroup.logs"]
    assert sorted(ACCESS.permissions(Role.ANYONE)) == ["webpubsub.joinLeaveGroup.logs", "webpubsub.sendToGroup.logs"]


def test_the_key_is_in_no_repr() -> None:
    assert "s3cret" not in repr(ACCESS)
