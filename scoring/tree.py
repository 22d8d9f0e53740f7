"""Who spread it from whom: the diffusion tree of a thread, with its shape kept up to date as it grows."""

from collections import deque
from typing import Any, Final

import networkx as nx

ROOT: Final = ""
"""The name of the root node: the thread's first post, seen or not."""

MAX_NODES: Final = 4_096
"""More nodes than this, and the oldest leaves fold into their parents."""

MAX_DEPTH: Final = 128
"""A deeper post is hung at this depth, which bounds the work of one event."""


class DiffusionTree:
    """A networkx tree of posts, with depth, breadth and structural virality known at every moment.

    Each node carries `depth`, `parent`, `size` (nodes below and including it), `under_brand` (it spreads
    something that the brand itself wrote) and `children`, those that were folded into it included. Adding a post costs
    O(depth), at most `MAX_DEPTH` steps, whatever the size of the tree.

    Structural virality is the mean distance between two posts (Goel et al. 2016, eq. 1). The sum of all
    distances of a tree is the sum over its edges of n(N - n), n being the nodes on the one side (Wiener 1947),
    so a new leaf changes it only along its path to the root.
    """

    __slots__ = (
        "_depths",
        "_distances",
        "_leaves",
        "_nodes",
        "breadth",
        "graph",
        "hub",
        "max_depth",
        "on_brand",
        "orphans",
        "total",
    )

    def __init__(self) -> None:
        self.graph: Any = nx.DiGraph()
        self.graph.add_node(ROOT, depth=0, parent=None, size=1, under_brand=False, children=0, seen=True)
        self._nodes = self.graph.nodes
        self._leaves: deque[str] = deque()
        self._depths = 0
        self._distances = 0
        self.total = 1
        self.max_depth = 0
        self.breadth = 0
        self.hub = 0
        self.orphans = 0
        self.on_brand = 0

    def __contains__(self, post: str) -> bool:
        return post in self._nodes and bool(self._nodes[post]["seen"])

    def root_by_brand(self) -> None:
        """Say that the thread's first post is the brand's own."""
        self._nodes[ROOT]["under_brand"] = True

    def attach(self, post: str, parent: str | None, *, by_brand: bool = False, spreads: bool = True) -> None:
        """Hang `post` under `parent`.

        An unknown parent (None) is taken to be the root. A parent not seen yet gets a place under the root,
        where it is found when it arrives late. `spreads` says that the post counts as spread, which is then
        credited to the brand when it hangs below something that the brand wrote.
        """
        if parent is None:
            self.orphans += 1
            parent = ROOT
        elif parent not in self._nodes:
            self._grow(parent, ROOT, by_brand=False, seen=False)
        if post in self._nodes:
            node = self._nodes[post]
            node["seen"] = True
            node["under_brand"] |= by_brand
            if parent != ROOT:
                self._move(post, parent)
        else:
            self._grow(post, parent, by_brand=by_brand, seen=True)
        if spreads and self._nodes[parent]["under_brand"]:
            self.on_brand += 1

    @property
    def structural_virality(self) -> float:
        """Mean distance between two posts; 0 for a lone root."""
        return 2.0 * self._distances / (self.total * (self.total - 1)) if self.total > 1 else 0.0

    @property
    def mean_depth(self) -> float:
        """Mean distance of a post from the root; 0 for a lone root."""
        return self._depths / (self.total - 1) if self.total > 1 else 0.0

    def _grow(self, post: str, parent: str, *, by_brand: bool, seen: bool) -> None:
        nodes = self._nodes
        above = nodes[parent]
        while above["depth"] >= MAX_DEPTH:
            parent = above["parent"]
            above = nodes[parent]
        depth = above["depth"] + 1
        self.graph.add_node(
            post,
            depth=depth,
            parent=parent,
            size=1,
            under_brand=by_brand or above["under_brand"],
            children=0,
            seen=seen,
        )
        self.graph.add_edge(parent, post)
        total = self.total
        self._distances += self._depths + total
        self._depths += depth
        self.total = total + 1
        self.max_depth = max(self.max_depth, depth)
        above["children"] += 1
        if depth == 1:
            self.breadth += 1
        elif above["children"] > self.hub:
            self.hub = above["children"]
        while above["parent"] is not None:
            self._distances += total - 2 * above["size"]
            above["size"] += 1
            above = nodes[above["parent"]]
        above["size"] += 1
        self._leaves.append(post)
        if len(nodes) > MAX_NODES:
            self._fold_oldest_leaf(keep=post)

    def _fold_oldest_leaf(self, keep: str) -> None:
        """Forget the oldest leaf by name; every measure of the tree stays as it is."""
        leaves, graph = self._leaves, self.graph
        while leaves[0] != keep:
            post = leaves.popleft()
            if graph.out_degree(post):
                continue
            parent = self._nodes[post]["parent"]
            graph.remove_node(post)
            if parent != ROOT and not graph.out_degree(parent):
                leaves.append(parent)
            return

    def _move(self, post: str, parent: str) -> None:
        """Hang a post that was waited for under its true parent, unless that would close a circle."""
        nodes, node = self._nodes, self._nodes[post]
        at: str | None = parent
        while at is not None:
            if at == post:
                return
            at = nodes[at]["parent"]
        size, shift = node["size"], nodes[parent]["depth"] + 1 - node["depth"]
        below = nx.descendants(self.graph, post)
        if nodes[parent]["depth"] + 1 + max((nodes[n]["depth"] - node["depth"] for n in below), default=0) > MAX_DEPTH:
            return
        self.breadth -= 1
        self.graph.remove_edge(node["parent"], post)
        self._resize(node["parent"], -size)
        self.graph.add_edge(parent, post)
        self._resize(parent, size)
        self._depths += shift * size
        nodes[node["parent"]]["children"] -= 1
        nodes[parent]["children"] += 1
        self.hub = max(self.hub, nodes[parent]["children"])
        node["parent"] = parent
        for name in (post, *below):
            moved = nodes[name]
            moved["depth"] += shift
            moved["under_brand"] |= nodes[parent]["under_brand"]
            self.max_depth = max(self.max_depth, moved["depth"])

    def _resize(self, post: str, change: int) -> None:
        """Add `change` nodes below `post` along its path to the root, the tree's total staying the same."""
        nodes, total = self._nodes, self.total
        node = nodes[post]
        while node["parent"] is not None:
            before = node["size"]
            after = node["size"] = before + change
            self._distances += after * (total - after) - before * (total - before)
            node = nodes[node["parent"]]
