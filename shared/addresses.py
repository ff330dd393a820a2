"""Which internet addresses a stranger's name may lead to, by a table of our own: `is_global` errs on some."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ROUTED_V6 = IPv6Network("2000::/3")
TABLE = Path(__file__).parent / "closed_networks.txt"


def is_public(address: Address) -> bool:
    """Tell whether anybody on the internet could own `address`; IPv6 that wraps an IPv4 address never counts."""
    if isinstance(address, IPv6Address) and address not in ROUTED_V6:
        return False
    return not is_within(address, _closed_networks())


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """Tell whether `address` lies in one of `networks`; one of the other family never does."""
    return any(address.version == network.version and address in network for network in networks)


def read_address(text: str) -> Address:
    """Read an address as a resolver writes it; a zone ("%eth0") is dropped, since only link-local ones carry it."""
    return ip_address(text.partition("%")[0])


def read_networks(lines: Iterable[str]) -> tuple[Network, ...]:
    """Read networks in CIDR notation; `ValueError` where one is not."""
    return tuple(ip_network(line) for line in lines)


@lru_cache(maxsize=1)
def _closed_networks() -> tuple[Network, ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return read_networks(line for line in lines if not line.startswith("#"))
