"""Which places lie in which, and which months in which quarter: all that sums are published of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BY_MONTH = tuple((month, 12 + month // 3, 16) for month in range(12))
"""For each month the spans of the year that it lies in: the month, the quarter, the year. Numbers go by length."""
BY_QUARTER = tuple((quarter, 4) for quarter in range(4))
"""The same for what is published by quarter and year only."""


@dataclass(frozen=True)
class Lattice:
    """Leaves are what stands at a place itself, nodes are places with all below; units are the shortest spans."""

    leaves: tuple[str, ...]
    nodes: tuple[str, ...]
    """Every place around a leaf, the topmost is `""`; a place comes before those within it."""
    chains: Ints
    """[leaf, depth]: the node of that depth around a leaf; one past the last node where the leaf is less deep."""
    common: Ints
    """[leaf, leaf]: how many nodes are around both."""
    within: Bools
    """[node, leaf]"""
    spans: Ints
    """[unit, level]: the spans that a unit lies in, the shortest first."""

    @classmethod
    def of(cls, places: Sequence[str], spans: Sequence[Sequence[int]]) -> "Lattice":
        leaves = tuple(sorted(set(places)))
        around = [_around(leaf) for leaf in leaves]
        nodes = tuple(sorted({node for chain in around for node in chain} | {""}))
        number = {node: at for at, node in enumerate(nodes)}
        depth = max((len(chain) for chain in around), default=1)
        chains = np.full((len(leaves), depth), len(nodes), np.int64)
        for leaf, chain in enumerate(around):
            chains[leaf, : len(chain)] = [number[node] for node in chain]
        same = (chains[:, None] == chains[None]) & (chains < len(nodes))[:, None]
        within = (chains[None] == np.arange(len(nodes))[:, None, None]).any(axis=2)
        return cls(leaves, nodes, chains, same.sum(axis=2), within, np.array(spans, np.int64))

    @cached_property
    def span_count(self) -> int:
        return int(self.spans.max()) + 1

    @cached_property
    def depths(self) -> Ints:
        """[node]: how many nodes are around a node; 0 is everywhere."""
        return np.array([len(_around(node)) - 1 for node in self.nodes], np.int64)

    @cached_property
    def own(self) -> Ints:
        """[leaf]: the node that is nearest around a leaf."""
        return np.array([self.nodes.index(leaf) for leaf in self.leaves], np.int64)

    @cached_property
    def parents(self) -> Ints:
        """[node - 1]: the node next around every node but the first."""
        return np.array([self.nodes.index(_around(node)[-2]) for node in self.nodes[1:]], np.int64)

    def units(self, span: int) -> Ints:
        """The units that lie in a span."""
        return np.flatnonzero((self.spans == span).any(axis=1))


def _around(place: str) -> list[str]:
    """The place and all around it, the topmost first."""
    parts = place.split("/") if place else []
    return ["/".join(parts[:length]) for length in range(len(parts) + 1)]
