from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.config import Network
from app.core.security import new_press_key
from app.features.presses.ingest import (
    MAX_KEY_LENGTH,
    PREVIEW_AGENTS,
    is_press_key,
    is_preview_request,
    origin_address,
)

reproducible = settings(derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize(
    "agent",
    [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Slack-ImgProxy (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Twitterbot/1.0",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0 A",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; bingbot/2.0) BingPreview/1.0b",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (Applebot/0.1)",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)",
        "Pinterestbot/1.0",
        "vkShare; (+http://vk.com/dev/Share)",
        "Iframely/1.3.1 (+https://iframely.com/docs/about)",
    ],
)
def test_an_agent_that_opens_links_to_show_them_is_a_preview(agent: str) -> None:
    assert is_preview_request([(b"host", b"tracker.test"), (b"user-agent", agent.encode())])


@pytest.mark.parametrize(
    "agent",
    [
        "node",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) QtWebEngine/5.15.2 "
        "Chrome/118.0.5993.220 Safari/537.36 StreamDeck/6.9.1.21056",
        "StreamDeck/7.2 CFNetwork/1494.0.7 Darwin/23.4.0",
        "curl/8.5.0",
        "python-requests/2.32.3",
        "Bitfocus Companion",
        "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
        "",
    ],
)
def test_what_a_deck_or_a_person_presses_with_is_no_preview(agent: str) -> None:
    assert not is_preview_request([(b"user-agent", agent.encode()), (b"accept", b"*/*")])


@pytest.mark.parametrize(
    ("header", "is_preview"),
    [
        ((b"purpose", b"prefetch"), True),
        ((b"sec-purpose", b"prefetch;prerender"), True),
        ((b"sec-purpose", b"prefetch;anonymous-client-ip"), True),
        ((b"x-purpose", b"preview"), True),
        ((b"x-moz", b"Prefetch"), True),
        ((b"purpose", b"press"), False),
        ((b"sec-fetch-dest", b"prefetch"), False),
        ((b"x-note", b"prefetch"), False),
    ],
)
def test_a_request_that_calls_itself_a_prefetch_is_a_preview(header: tuple[bytes, bytes], is_preview: bool) -> None:
    assert is_preview_request([(b"user-agent", b"Mozilla/5.0"), header]) is is_preview


def test_known_agents_are_written_as_they_are_looked_for() -> None:
    assert [agent for agent in PREVIEW_AGENTS if agent != agent.lower()] == []


def test_a_request_without_headers_is_no_preview() -> None:
    assert not is_preview_request([])


PROXIES: list[Network] = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "origin"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        # Only a proxy's word is taken.
        ("203.0.113.7", [b"198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        # A chain of proxies, in one header or several.
        ("10.0.0.1", [b"198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [b"198.51.100.1", b"10.0.0.3, 10.0.0.2"], "198.51.100.1"),
        # What stands left of the client's address was written by the client.
        ("10.0.0.1", [b"192.0.2.66, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"10.9.9.9, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        # Proxies all the way: the leftmost of them is as far as one can see.
        ("10.0.0.1", [b"10.0.0.9, 10.0.0.2"], "10.0.0.9"),
        # Ports, brackets, quotes, zones.
        ("10.0.0.1", [b"198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", [b"[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", [b"[2001:db8::1]"], "2001:db8::1"),
        ("10.0.0.1", [b'"[2001:db8::1]:443"'], "2001:db8::1"),
        ("10.0.0.1", [b"2001:DB8:0::1"], "2001:db8::1"),
        ("10.0.0.1", [b"fe80::1%eth0"], "fe80::1"),
        ("fd00::1", [b"2001:db8::1"], "2001:db8::1"),
        ("fe80::2%3", [], "fe80::2"),
        # IPv4 on a socket for both.
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("::ffff:10.0.0.1", [b"::ffff:198.51.100.1"], "198.51.100.1"),
        # Garbage from a proxy is nobody's address.
        ("10.0.0.1", [b"unknown"], None),
        ("10.0.0.1", [b"_hidden"], None),
        ("10.0.0.1", [b""], None),
        ("10.0.0.1", [b"198.51.100.1,"], None),
        ("10.0.0.1", [b"1.2.3.4.5"], None),
        ("10.0.0.1", [b"999.1.1.1"], None),
        ("10.0.0.1", [b"\xff\xfe"], None),
        ("10.0.0.1", [b"[2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", [b"["], None),
        # No address of a peer at all: a Unix socket, a test client.
        (None, [], None),
        (None, [b"198.51.100.1"], None),
        ("", [], None),
        ("testclient", [b"198.51.100.1"], None),
    ],
)
def test_an_origin_is_the_nearest_address_that_no_trusted_proxy_has(
    peer: str | None, forwarded_for: list[bytes], origin: str | None
) -> None:
    assert origin_address(peer, forwarded_for, PROXIES) == origin


@pytest.mark.parametrize("forwarded_for", [[b"198.51.100.1"], [b"10.0.0.2"], [b"garbage"]])
def test_without_trusted_proxies_nobody_is_believed(forwarded_for: list[bytes]) -> None:
    assert origin_address("10.0.0.1", forwarded_for, []) == "10.0.0.1"


@given(peer=st.none() | st.text() | st.ip_addresses().map(str), forwarded_for=st.lists(st.binary(), max_size=4))
@example(peer="10.0.0.1", forwarded_for=[b"," * 1000])
@example(peer="10.0.0.1", forwarded_for=[b"10.0.0.2\x00"])
@reproducible
def test_whatever_is_sent_an_origin_is_an_address_or_unknown(peer: str | None, forwarded_for: list[bytes]) -> None:
    everyone: list[Network] = [ip_network("0.0.0.0/0"), ip_network("::/0")]

    for trusted in ([], PROXIES, everyone):
        origin = origin_address(peer, forwarded_for, trusted)
        assert origin is None or str(ip_address(origin)) == origin


@pytest.mark.parametrize(
    ("text", "could_be"),
    [
        ("BQ2uwYzNwL0xHh1v3kVb_Q", True),
        ("a", True),
        ("-a_", True),
        ("k" * MAX_KEY_LENGTH, True),
        ("k" * (MAX_KEY_LENGTH + 1), False),
        ("", False),
        ("-_", False),
        ("a/b", False),
        ("a b", False),
        ("a.b", False),
        ("a\n", False),
        ("a\x00", False),
        ("schlüssel", False),
        ("١٢٣", False),
        ("\ud800", False),
    ],
)
def test_only_what_could_be_a_press_key_is_looked_for(text: str, could_be: bool) -> None:
    assert is_press_key(text) is could_be


def test_every_key_that_is_made_could_be_one() -> None:
    assert all(is_press_key(new_press_key()) for _ in range(1000))
