"""A brand's own accounts, with roles and without."""

import pytest

from scoring.mention import Author
from scoring.profile import BrandProfile

ZORG = BrandProfile(
    accounts={"x": {"zorg": "corporate", "zorg_care": "care", "zorg_hulp": "care"}, "facebook": ("zorg",), "blog": ()}
)


@pytest.mark.parametrize(
    ("author", "platform", "owned"),
    [
        pytest.param(Author("1", "zorg_care"), "x", True, id="an account with a role"),
        pytest.param(Author("1", "@Zorg"), "x", True, id="as people write it"),
        pytest.param(Author("1", "zorg"), "facebook", True, id="an account without a role"),
        pytest.param(Author("1", "zorg_care"), "facebook", False, id="of another platform"),
        pytest.param(Author("1", "zorg"), "mastodon", False, id="of a platform not listed"),
        pytest.param(Author("1", "corporate"), "x", False, id="a role is no handle"),
        pytest.param(Author("1"), "x", False, id="without a handle"),
        pytest.param(Author("1", "anybody", brand="zorg"), "x", True, id="the mention says so"),
        pytest.param(Author("1", "zorg", brand="other"), "x", False, id="the mention says another brand"),
        pytest.param(None, "x", False, id="nobody"),
    ],
)
def test_a_brand_knows_its_own_accounts(author, platform, owned):
    assert ZORG.owns(author, "zorg", platform) is owned


@pytest.mark.parametrize(
    ("role", "accounts"),
    [
        ("care", {"x": ("zorg_care", "zorg_hulp"), "facebook": ("zorg",)}),
        ("corporate", {"x": ("zorg",), "facebook": ("zorg",)}),
        ("outages", {"facebook": ("zorg",)}),
    ],
)
def test_an_account_without_a_role_has_them_all(role, accounts):
    assert ZORG.accounts_with(role) == accounts
