"""On which interfaces and with which addresses the office is announced."""

from __future__ import annotations

from appliance.discovery.places import Interface, Places, other_cards, places_of

ETH = Interface("eth0", 2, ("192.168.1.5", "fd00::5", "fe80::5"), carries=True, shared=True)
WLAN = Interface("wlan0", 3, ("192.168.2.5", "fe80::6"), carries=True, shared=True)
LO = Interface("lo", 1, ("127.0.0.1", "::1"), carries=True, shared=False)
MODEM = Interface("ppp0", 4, ("100.64.0.9",), carries=True, shared=False)
PULLED = Interface("eth1", 5, ("10.0.0.5",), carries=False, shared=True)


def test_every_network_of_the_office_and_no_other() -> None:
    places = places_of((LO, ETH, WLAN, MODEM, PULLED))
    assert places.announce == ("192.168.1.5", "192.168.2.5", "fd00::5")
    assert places.speak == ("192.168.1.5", "fe80::5", "192.168.2.5", "fe80::6")


def test_a_link_local_address_is_told_only_where_there_is_no_other() -> None:
    alone = Interface("eth0", 2, ("fe80::5",), carries=True, shared=True)
    assert places_of((alone,)).announce == ("fe80::5",)
    assert places_of((alone, WLAN)).announce == ("192.168.2.5",)


def test_nothing_is_said_without_a_network() -> None:
    assert places_of((LO, PULLED, MODEM)) == Places()


def test_another_card_with_the_same_address_is_a_change() -> None:
    before = places_of((ETH,))
    again = Interface("eth0", 9, ETH.addresses, carries=True, shared=True)
    assert other_cards(before, places_of((again,)))
    assert not other_cards(before, places_of((ETH, WLAN)))
    assert not other_cards(before, places_of((Interface("eth0", 2, ("192.168.1.6",), carries=True, shared=True),)))
