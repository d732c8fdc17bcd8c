"""Texts are found by any part of them, the best first."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core import text_index
from gridmap.core.text_index import BEGINS, CONTAINS, EXACT, TextIndex, fold


def found(texts, wanted, limit=10):
    places, rank = TextIndex(pd.array(texts, dtype="str")).find(wanted, limit=limit)
    return list(zip(places.tolist(), rank.tolist(), strict=True))


def test_the_whole_comes_before_the_beginning_and_that_before_a_part():
    texts = ["甲枫南", "枫南新村", "枫南", "别处"]
    assert found(texts, "枫南") == [(2, EXACT), (1, BEGINS), (0, CONTAINS)]
    assert found(texts, "枫南", limit=2) == [(2, EXACT), (1, BEGINS)]


def test_width_case_and_blanks_do_not_matter():
    assert found(["Ｈope  Street 3", "STRASSE"], "hope street３") == [(0, EXACT)]
    assert found(["Straße"], "STRASSE") == [(0, EXACT)]
    assert fold("Ａ\u2003b\n") == "ab"


def test_words_apart_are_all_needed_where_none_has_them_side_by_side():
    texts = ["枫南新村3幢", "枫南新村4幢", "北汇浜3幢"]
    assert [place for place, _ in found(texts, "枫南 3幢")] == [0]
    assert [place for place, _ in found(["枫南3幢", *texts], "枫南 3幢")] == [0]


@pytest.mark.parametrize("wanted", ["", " ", "\n", "\u3000"])
def test_nothing_is_nowhere(wanted):
    assert found(["a", "", "b"], wanted) == []


def test_hostile_text_has_no_meaning():
    texts = ["a.*b", "<img src=x>", "[", None, "a\nb"]
    assert found(texts, ".*") == [(0, CONTAINS)]
    assert found(texts, "[") == [(2, EXACT)]
    assert found(texts, "\ud800") == []
    assert found(texts, "x" * 10_000) == []
    assert found(texts, "a\nb") == [(4, EXACT)]
    assert found([], "a") == []


def test_of_very_many_the_best_are_found_all_the_same(monkeypatch):
    monkeypatch.setattr(text_index, "_MOST_HITS", 5)
    texts = [f"x枫{n}" for n in range(50)] + ["枫南", "枫"]
    assert found(texts, "枫", limit=2) == [(51, EXACT), (50, BEGINS)]


def test_endings():
    index = TextIndex(pd.array(["甲3幢", "3幢", "3幢乙", "幢3"], dtype="str"))
    assert index.ending("3幢").tolist() == [0, 1]
    assert index.ending("").tolist() == []


LETTERS = st.text(alphabet="ab 枫Ａ\n", max_size=5)


@settings(max_examples=200)
@given(st.lists(LETTERS, max_size=12), LETTERS)
def test_it_finds_what_a_look_at_each_finds(texts, wanted):
    plain = fold(wanted)
    holding = [n for n, text in enumerate(texts) if plain and plain in fold(text)]
    if not holding and len(wanted.split()) > 1:
        holding = [
            n for n, text in enumerate(texts) if all(fold(word) in fold(text) for word in wanted.split())
        ]
    hits = found(texts, wanted, limit=100)
    assert sorted(place for place, _ in hits) == holding
    assert [rank for _, rank in hits] == sorted(rank for _, rank in hits)
    assert all((fold(texts[place]) == plain) == (rank == EXACT) for place, rank in hits)
