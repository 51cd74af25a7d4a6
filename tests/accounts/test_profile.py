"""E-mail addresses, names, time zones, and paths to go on at."""

import pytest

from tally.accounts.profile import local_path, read_email, read_name, read_timezone
from tally.domain.zones import timezones


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("mara@lindenhof.example", "mara@lindenhof.example"),
        ("  Mara@Lindenhof.Example\t", "mara@lindenhof.example"),
        ("a.b+c_d'e@x-y.example", "a.b+c_d'e@x-y.example"),
        ("root@localhost", "root@localhost"),
        ("a" * 64 + "@" + ".".join(["b" * 61] * 3), "a" * 64 + "@" + ".".join(["b" * 61] * 3)),
    ],
)
def test_an_email_is_trimmed_and_lower_cased(text: str, email: str) -> None:
    assert read_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mara",
        "@example.com",
        "mara@",
        "a@b@c",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@-x.example",
        "a@x..example",
        "\u212aate@example.com",
        "\u0430lice@example.com",
        "alice@example.com\u200b",
        "\u00a0alice@example.com",
        "alice@example.com\x00",
        "alice@example.com\r\nBcc: all@example.com",
        "a" * 65 + "@" + "b" * 250 + ".com",
        "a" * 65 + "@example.com",
        "<script>alert(1)</script>@example.com",
        '"><img src=x>@example.com',
    ],
)
def test_other_emails_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="email"):
        read_email(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mara Lind", "Mara Lind"),
        ("  Mara \t\r\n Lind ", "Mara Lind"),
        ("e\u0301mile", "émile"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("O'Brien <b>", "O'Brien <b>"),
        ("🧮 7", "🧮 7"),
    ],
)
def test_a_name_is_one_line(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize("text", ["", "  ", "x" * 81, "a\x07b", "\u200b", "\u202e\u2066"])
def test_a_name_can_be_seen(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Nn]ame"):
        read_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mars/Base",
        "../../etc/passwd",
        "",
        "XYZ-25",
        "Europe",
        "localtime",
        "Factory",
        "posixrules",
    ],
)
def test_only_known_time_zones(text: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_timezone(text)


def test_every_time_zone_is_read_by_its_name() -> None:
    names = timezones()
    assert {"UTC", "Europe/Berlin"} <= names
    assert {read_timezone(name) for name in names} == names


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_read_by_its_city(text: str, zone: str) -> None:
    assert read_timezone(text) == zone


def test_a_city_of_two_time_zones_is_none() -> None:
    """America/Louisville and America/Kentucky/Louisville: nobody said which."""
    with pytest.raises(ValueError, match="Europe/Berlin"):
        read_timezone("Louisville")


@pytest.mark.parametrize(
    "path",
    ["/", "/list", "/list?q=a%20b&type=coffee", "/add?line=coffee+2", "/list?next=https://x.test"],
)
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert local_path(path) == path


# After the list that Django keeps of addresses which browsers read as another site's.
ELSEWHERE = [
    "",
    "list",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "/\\/evil.test",
    "\\\\evil.test",
    "\\/\\/evil.test",
    "/\t/evil.test",
    "/\r\n/evil.test",
    "/list\r\nSet-Cookie:x=1",
    "http://evil.test",
    "https://evil.test",
    "http:///evil.test",
    "https:///evil.test",
    "http:/evil.test",
    "http:\\\\evil.test",
    "https:evil.test",
    "http:evil.test",
    "ftp://evil.test",
    "javascript:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,x",
    "http://app.test@evil.test",
    "http://evil.test:99999",
    "http://[evil",
    "//[",
    "/ /evil.test",
    "/a//evil.test",
    "\x08//evil.test",
    " //evil.test",
    "/\u2028/evil.test",
    "/é",
    "/login",
    "/login?next=/login?next=/list",
    "/auth/logout",
    "/account",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_path_that_leads_elsewhere_becomes_the_dashboard(target: str) -> None:
    assert local_path(target) == "/"
