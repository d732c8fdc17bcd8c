"""Hostile texts made plain, one by one and many at a time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.export.plain import plain_text, plain_texts


@given(st.lists(st.text(alphabet="ab 枫\u202e\u00a0\u0301é\n\t=<", max_size=6), max_size=5))
@settings(derandomize=True, deadline=None)
def test_many_texts_at_once_come_out_as_each_by_itself(texts):
    assert plain_texts(texts) == [plain_text(text) for text in texts]


def test_a_mark_that_would_join_the_text_before_it_stays_with_its_own():
    assert plain_texts(["e", "\u0301x"]) == ["e", "\u0301x"]
    assert plain_texts(["a ", " b"]) == ["a", "b"]
