import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scoring.tree
from scoring.tree import MAX_DEPTH, MAX_POSTS, ROOT, DiffusionTree


def measures(tree):
    return (
        tree.total,
        tree.breadth,
        tree.hub,
        tree.max_depth,
        pytest.approx(tree.mean_depth),
        pytest.approx(tree.structural_virality),
    )


def true_measures(graph):
    """The same, from the definitions."""
    depths = nx.single_source_shortest_path_length(graph, ROOT)
    n = len(graph)
    return (
        n,
        graph.out_degree(ROOT),
        max((d for name, d in graph.out_degree() if name != ROOT), default=0),
        max(depths.values()),
        sum(depths.values()) / max(n - 1, 1),
        nx.average_shortest_path_length(graph.to_undirected()) if n > 1 else 0.0,
    )


@st.composite
def parents(draw, most=40):
    """Name to parent: a random tree."""
    n = draw(st.integers(0, most))
    return {f"p{i}": draw(st.sampled_from([ROOT, *(f"p{j}" for j in range(i))])) for i in range(n)}


def graph_of(parent_of):
    graph = nx.DiGraph((parent, name) for name, parent in parent_of.items())
    graph.add_node(ROOT)
    return graph


@given(parents(), st.randoms(use_true_random=False))
def test_measures_are_those_of_the_definitions_in_whatever_order_posts_arrive(parent_of, random):
    arrivals = list(parent_of.items())
    random.shuffle(arrivals)
    tree = DiffusionTree()
    for name, parent in arrivals:
        tree.attach(name, parent)
    assert measures(tree) == true_measures(graph_of(parent_of))
    assert set(tree.graph.edges) == set(graph_of(parent_of).edges)


@given(parents(most=25), st.sets(st.integers(0, 24)))
def test_posts_whose_parent_never_arrives_hang_below_it_and_it_below_the_root(parent_of, lost):
    graph, tree = graph_of(parent_of), DiffusionTree()
    missing = {f"p{i}" for i in lost} & set(parent_of)
    for name, parent in parent_of.items():
        if name not in missing:
            tree.attach(name, parent)
    for name in missing:
        graph.remove_edge(parent_of[name], name)
        graph.add_edge(ROOT, name)
    graph.remove_nodes_from([name for name in missing if not graph.out_degree(name)])
    graph = graph.subgraph(nx.descendants(graph, ROOT) | {ROOT})
    assert measures(tree) == true_measures(graph)


@given(parents(most=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30))
def test_any_parents_even_in_circles_make_a_tree_with_true_measures(parent_of, odd):
    tree = DiffusionTree()
    for name, parent in [*((f"p{a}", f"p{b}") for a, b in odd), *parent_of.items()]:
        tree.attach(name, parent)
    assert nx.is_arborescence(tree.graph)
    assert measures(tree) == true_measures(tree.graph)


def test_a_post_that_is_its_own_parent_hangs_below_the_root():
    tree = DiffusionTree()
    tree.attach("a", "a")
    assert list(tree.graph.edges) == [(ROOT, "a")]


def test_two_posts_that_name_each_other_do_not_close_a_circle():
    tree = DiffusionTree()
    tree.attach("a", "b")
    tree.attach("b", "a")
    assert set(tree.graph.edges) == {(ROOT, "b"), ("b", "a")}


def test_an_unknown_parent_is_the_root_and_counted_as_unknown():
    tree = DiffusionTree()
    tree.attach("a", None)
    tree.attach("b", "a")
    assert (tree.orphans, tree.breadth, tree.max_depth) == (1, 1, 2)


@pytest.mark.parametrize("order", [1, -1], ids=["as it happened", "backwards"])
def test_a_chain_deeper_than_the_limit_keeps_true_measures_and_its_work_bounded(order):
    tree, n = DiffusionTree(), 3 * MAX_DEPTH
    for i in range(n)[::order]:
        tree.attach(f"p{i}", f"p{i - 1}" if i else ROOT)
    assert tree.total == n + 1
    assert tree.max_depth == MAX_DEPTH
    assert measures(tree) == true_measures(tree.graph)


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(3, 8))
def test_folding_leaves_leaves_every_measure_as_it_was(choices, most):
    whole, small = DiffusionTree(), DiffusionTree()
    for i, choice in enumerate(choices):
        kept = list(small.graph)  # only what is still known by name can be spread
        parent = kept[choice % len(kept)]
        whole.attach(f"p{i}", parent)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scoring.tree, "MAX_POSTS", most)
            small.attach(f"p{i}", parent)
    assert measures(small) == measures(whole)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=120), st.integers(3, 10))
def test_folding_never_fails_and_never_keeps_more_than_allowed(links, most):
    tree = DiffusionTree()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring.tree, "MAX_POSTS", most)
        patch.setattr(scoring.tree, "MAX_DEPTH", most // 2)
        for a, b in links:
            tree.attach(f"p{a}", f"p{b}" if b else ROOT)
            assert len(tree.graph) <= most + 1
            assert nx.is_arborescence(tree.graph)


def test_a_parent_that_came_after_its_folded_child_can_fold_too(monkeypatch):
    monkeypatch.setattr(scoring.tree, "MAX_POSTS", 6)
    tree = DiffusionTree()
    tree.attach("child", "waited for")
    for i in range(4):
        tree.attach(f"early {i}", ROOT)
    tree.attach("parent", ROOT)
    tree.attach("waited for", "parent")
    for i in range(30):
        tree.attach(f"late {i}", ROOT)
    assert (tree.total, tree.max_depth, len(tree.graph)) == (38, 3, 6)


def test_a_parent_at_the_greatest_depth_may_fold_while_it_is_spread(monkeypatch):
    monkeypatch.setattr(scoring.tree, "MAX_POSTS", 6)
    monkeypatch.setattr(scoring.tree, "MAX_DEPTH", 3)
    tree = DiffusionTree()
    for name, parent in {"a": ROOT, "b": "a", "c": "b", "d": "a", "e": "a", "f": "c"}.items():
        tree.attach(name, parent)
    assert tree.total == 7


def test_a_large_star_keeps_a_bounded_graph_and_true_measures():
    tree = DiffusionTree()
    for i in range(3 * MAX_POSTS):
        tree.attach(f"p{i}", ROOT)
    n = 3 * MAX_POSTS + 1
    assert len(tree.graph) <= MAX_POSTS
    assert (tree.total, tree.breadth, tree.max_depth) == (n, n - 1, 1)
    assert tree.structural_virality == pytest.approx(2 * (n - 1) / n)


@given(st.permutations(["complaint reply", "brand answer", "share 1", "share 2", "share of share"]))
def test_what_spreads_the_brands_words_is_credited_in_whatever_order_it_arrives(order):
    parent_of = {
        "complaint reply": ROOT,
        "brand answer": "complaint reply",
        "share 1": "brand answer",
        "share 2": "brand answer",
        "share of share": "share 1",
    }
    tree = DiffusionTree()
    for name in order:
        own = name == "brand answer"
        tree.attach(name, parent_of[name], by_brand=own, spreads=not own)
    assert tree.on_brand == 3


@pytest.mark.parametrize("known", [0, 2, 4], ids=["root first", "root in the middle", "root last"])
def test_all_that_spreads_the_brands_own_post_is_credited(known):
    tree = DiffusionTree()
    for i in range(4):
        if i == known:
            tree.root_by_brand()
        tree.attach(f"p{i}", ROOT if i % 2 == 0 else f"p{i - 1}")
    if known == 4:
        tree.root_by_brand()
    assert tree.on_brand == 4
