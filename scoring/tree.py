"""Who spread it from whom: the diffusion tree of a thread, with its shape kept up to date as it grows."""

from collections import deque
from collections.abc import Container, Iterable
from typing import Final, Self, TypeAlias

import msgspec
import networkx as nx

from scoring.graph import Graph

ROOT: Final = b""
"""The name of the root: the thread's first post, seen or not."""

MAX_POSTS: Final = 4_096
"""More posts than this, and the oldest leaves fold into their parents."""

_HALF: Final = 2**62
"""The sum of the distances rises with the square of the size, so it is written as two numbers."""

MAX_DEPTH: Final = 128
"""A deeper post is hung at this depth, which bounds the work of one event."""


class Post(msgspec.Struct, array_like=True, gc=False):
    """A post in the tree: `size` counts it and all below it, `children` also those that were folded into it.

    `author` is the id of who wrote it, where known. `under_brand` says that it is, or spreads, something the
    brand itself wrote, `spreads` that it counts as spread, `seen` that it has arrived, `queued` that it stands
    among the leaves that may be folded. `folded` is how deep the posts reach below it that were folded into it.
    The fields are what a snapshot holds.
    """

    parent: bytes | None
    depth: int
    under_brand: bool
    seen: bool
    author: bytes | None = None
    size: int = 1
    children: int = 0
    folded: int = 0
    spreads: bool = False
    queued: bool = True


_NO_LEAVES: Final[deque[bytes]] = deque()
"""Never written to."""

TreeState: TypeAlias = tuple[dict[bytes, Post], list[bytes], int, int, int, int, int, int, int, int, int]


class DiffusionTree:
    """A networkx tree of posts, with depth, breadth and structural virality known at every moment.

    Adding a post costs O(depth), at most `MAX_DEPTH` steps, whatever the size of the tree.

    Structural virality is the mean distance between two posts (Goel et al. 2016, eq. 1). The sum of all
    distances of a tree is the sum over its edges of n(N - n), n being the posts on the one side (Wiener 1947),
    so a new leaf changes it only along its path to the root.

    Posts and authors go by their short names; in memory anything hashable will do.

    Attributes
    ----------
    total
        Posts in the tree, the root and folded ones included.
    breadth, hub, max_depth
        Posts right below the root; most posts right below another one; the deepest post's distance from the root.
    orphans
        Posts whose parent is unknown; they hang below the root.
    on_brand
        Posts that spread something the brand itself wrote.
    """

    __slots__ = (
        "_depths",
        "_distances",
        "_graph",
        "_leaves",
        "_posts",
        "breadth",
        "hub",
        "max_depth",
        "on_brand",
        "orphans",
        "total",
    )

    def __init__(self) -> None:
        self._posts = {ROOT: Post(None, 0, under_brand=False, seen=True)}
        # Drawn when somebody looks at it, which few threads ever need, and kept up to date from then on.
        self._graph: Graph | None = None
        self._leaves = _NO_LEAVES
        self._depths = 0
        self._distances = 0
        self.total = 1
        self.max_depth = 0
        self.breadth = 0
        self.hub = 0
        self.orphans = 0
        self.on_brand = 0

    @property
    def graph(self) -> Graph:
        """Edges from the post to those that spread it; at most `MAX_POSTS` nodes and the root."""
        return self._draw() if self._graph is None else self._graph

    def freeze(self) -> TreeState:
        """The state, to be thawed."""
        distances_high, distances_low = divmod(self._distances, _HALF)
        return (
            self._posts,
            list(self._leaves),
            self._depths,
            distances_high,
            distances_low,
            self.total,
            self.max_depth,
            self.breadth,
            self.hub,
            self.orphans,
            self.on_brand,
        )

    @classmethod
    def thaw(cls, state: TreeState) -> Self:
        """Make it of a state."""
        self = cls.__new__(cls)
        (
            self._posts,
            leaves,
            self._depths,
            distances_high,
            distances_low,
            self.total,
            self.max_depth,
            self.breadth,
            self.hub,
            self.orphans,
            self.on_brand,
        ) = state
        self._leaves = deque(leaves) if leaves else _NO_LEAVES
        self._distances = distances_high * _HALF + distances_low
        self._graph = None
        return self

    def erase(self, names: Container[bytes]) -> bool:
        """Forget which posts some authors wrote; returns whether there were any."""
        found = [post for post in self._posts.values() if post.author in names]
        for post in found:
            post.author = None
        return bool(found)

    def root_by_brand(self) -> None:
        """Say that the thread's first post is the brand's own, and so is all that spreads it."""
        self._claim(self._posts)

    def root_by(self, author: bytes) -> None:
        """Say who wrote the thread's first post."""
        self._posts[ROOT].author = author

    def author_of(self, name: bytes) -> bytes | None:
        """Tell who wrote a post of the tree; None when that is not known (any more)."""
        post = self._posts.get(name)
        return post.author if post is not None else None

    def attach(
        self,
        name: bytes,
        parent: bytes | None,
        author: bytes | None = None,
        *,
        by_brand: bool = False,
        spreads: bool = True,
    ) -> None:
        """Hang the post `name`, written by `author`, under `parent`.

        An unknown parent (None) is taken to be the root. A parent not seen yet gets a place under the root,
        where it is found when it arrives late. `spreads` says that the post counts as spread, which is then
        credited to the brand when it hangs below something that the brand wrote, whichever came first.
        """
        posts = self._posts
        if parent is None:
            self.orphans += 1
            parent = ROOT
        elif parent not in posts:
            self._grow(parent, ROOT, by_brand=False, seen=False)
        # Read before the post is hung: a parent at the greatest depth stays a leaf, which may fold meanwhile.
        of_brand = posts[parent].under_brand
        post = posts.get(name)
        if post is None:
            self._grow(name, parent, by_brand=by_brand, seen=True)
            post = posts[name]
        elif not post.seen:
            post.seen = True
            if parent != ROOT:
                self._move(name, post, parent)
            if (by_brand or of_brand) and not post.under_brand:
                self._claim([name, *nx.descendants(self.graph, name)])
        post.author = author
        post.spreads = spreads
        if spreads and of_brand:
            self.on_brand += 1

    @property
    def structural_virality(self) -> float:
        """Mean distance between two posts; 0 for a lone root."""
        return 2.0 * self._distances / (self.total * (self.total - 1)) if self.total > 1 else 0.0

    @property
    def mean_depth(self) -> float:
        """Mean distance of a post from the root; 0 for a lone root."""
        return self._depths / (self.total - 1) if self.total > 1 else 0.0

    def _claim(self, names: Iterable[bytes]) -> None:
        """Credit to the brand what turns out to stand below its words, though it came before them."""
        for name in names:
            post = self._posts[name]
            if not post.under_brand:
                post.under_brand = True
                self.on_brand += post.spreads

    def _draw(self) -> Graph:
        graph = self._graph = Graph()
        graph.add_nodes_from(self._posts)
        graph.add_edges_from((post.parent, name) for name, post in self._posts.items() if post.parent is not None)
        return graph

    def _grow(self, name: bytes, parent: bytes, *, by_brand: bool, seen: bool) -> None:
        posts = self._posts
        above = posts[parent]
        if above.depth >= MAX_DEPTH and above.parent is not None:
            parent = above.parent
            above = posts[parent]
        depth = above.depth + 1
        posts[name] = Post(parent, depth, under_brand=by_brand or above.under_brand, seen=seen)
        if self._graph is not None:
            self._graph.hang(name, parent)
        total = self.total
        self._distances += self._depths + total
        self._depths += depth
        self.total = total + 1
        above.children += 1
        self.max_depth = max(self.max_depth, depth)
        if depth == 1:
            self.breadth += 1
        elif above.children > self.hub:
            self.hub = above.children
        while above.parent is not None:
            self._distances += total - 2 * above.size
            above.size += 1
            above = posts[above.parent]
        above.size += 1
        if not self._leaves:
            self._leaves = deque()
        self._leaves.append(name)
        if len(posts) > MAX_POSTS:
            self._fold_oldest_leaf(keep=name)

    def _fold_oldest_leaf(self, keep: bytes) -> None:
        """Forget the oldest leaf by name; every measure of the tree stays as it is."""
        leaves, graph, posts = self._leaves, self.graph, self._posts
        while leaves[0] != keep:
            name = leaves.popleft()
            posts[name].queued = False
            if not graph.is_leaf(name):
                continue
            leaf = posts.pop(name)
            graph.drop(name)
            if leaf.parent:
                parent = posts[leaf.parent]
                parent.folded = max(parent.folded, leaf.folded + 1)
                # A parent that came after its child may stand in the queue already.
                if not parent.queued and graph.is_leaf(leaf.parent):
                    parent.queued = True
                    leaves.append(leaf.parent)
            return

    def _move(self, name: bytes, post: Post, parent: bytes) -> None:
        """Hang a post that was waited for under its true parent, unless that closes a circle or goes too deep."""
        posts, goal = self._posts, self._posts[parent]
        at: bytes | None = parent
        while at is not None:
            if at == name:
                return
            at = posts[at].parent
        below = [posts[n] for n in nx.descendants(self.graph, name)]
        shift = goal.depth + 1 - post.depth
        deepest = max(p.depth + p.folded for p in (post, *below)) + shift
        if deepest > MAX_DEPTH or post.parent is None:
            return
        self.breadth -= 1
        posts[post.parent].children -= 1
        goal.children += 1
        self.hub = max(self.hub, goal.children)
        self.max_depth = max(self.max_depth, deepest)
        self.graph.remove_edge(post.parent, name)
        self._resize(post.parent, -post.size)
        self.graph.add_edge(parent, name)
        self._resize(parent, post.size)
        self._depths += shift * post.size
        post.parent = parent
        for moved in (post, *below):
            moved.depth += shift

    def _resize(self, name: bytes, change: int) -> None:
        """Add `change` posts below `name` along its path to the root, the tree's total staying the same."""
        posts, total = self._posts, self.total
        post = posts[name]
        while post.parent is not None:
            before = post.size
            after = post.size = before + change
            self._distances += after * (total - after) - before * (total - before)
            post = posts[post.parent]
