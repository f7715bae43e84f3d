"""On which interfaces and with which addresses the office is announced."""

from __future__ import annotations

from appliance.discovery.places import Interface, Place, all_announced, places_of

ETH = Interface("eth0", 2, ("192.168.1.5", "fd00::5", "fe80::5"), carries=True, shared=True)
WLAN = Interface("wlan0", 3, ("192.168.2.5", "fe80::6"), carries=True, shared=True)
LO = Interface("lo", 1, ("127.0.0.1", "::1"), carries=True, shared=False)
MODEM = Interface("ppp0", 4, ("100.64.0.9",), carries=True, shared=False)
PULLED = Interface("eth1", 5, ("10.0.0.5",), carries=False, shared=True)


def test_every_network_of_the_office_and_no_other_each_with_its_own_addresses() -> None:
    places = places_of((LO, ETH, WLAN, MODEM, PULLED))
    assert places == (
        Place("eth0", 2, ("192.168.1.5", "fe80::5"), ("192.168.1.5", "fd00::5")),
        Place("wlan0", 3, ("192.168.2.5", "fe80::6"), ("192.168.2.5",)),
    )
    assert all_announced(places) == ("192.168.1.5", "192.168.2.5", "fd00::5")


def test_a_link_local_address_is_told_only_where_there_is_no_other() -> None:
    alone = Interface("eth0", 2, ("fe80::5",), carries=True, shared=True)
    assert [one.announce for one in places_of((alone, WLAN))] == [("fe80::5",), ("192.168.2.5",)]


def test_nothing_is_said_without_a_network_or_an_address() -> None:
    assert places_of((LO, PULLED, MODEM, Interface("eth2", 7, (), carries=True, shared=True))) == ()
