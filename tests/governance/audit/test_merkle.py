from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.audit.merkle import Tree

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
"""Data of the leaves of Certificate Transparency's own test tree."""
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaf(data: bytes) -> str:
    return hashlib.sha256(b"\x00" + data).hexdigest()


def by_definition(leaves: list[bytes]) -> bytes:
    """The tree hash as RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    tree = Tree()
    for data in LEAVES[:size]:
        tree.append(leaf(bytes.fromhex(data)))
    assert (tree.size, tree.root()) == (size, ROOTS[size])


@given(st.lists(st.one_of(st.binary(max_size=3), st.integers(0, 40)), max_size=12))
def test_a_tree_with_places_that_are_empty_is_that_of_the_definition(parts: list[bytes | int]) -> None:
    tree, leaves = Tree(), []
    for part in parts:
        if isinstance(part, int):
            tree.append_unknown(part)
            leaves += [hashlib.sha256(b"\x00").digest()] * part
        else:
            tree.append(leaf(part))
            leaves.append(bytes.fromhex(leaf(part)))
    assert tree.size == len(leaves)
    assert tree.root() == by_definition(leaves).hex()


def test_a_gap_of_any_size_costs_nothing() -> None:
    tree = Tree()
    tree.append(leaf(b"a"))
    tree.append_unknown(2**62)
    assert tree.size == 2**62 + 1
    assert len(tree.root()) == 64
