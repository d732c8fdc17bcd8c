import warnings

import pytest

from gridmap.errors import GridmapWarning
from tests.warned import warned


def test_what_fits_is_recorded():
    with warned(GridmapWarning, match="b$") as caught:
        warnings.warn("a b", GridmapWarning, stacklevel=1)
    assert [str(each.message) for each in caught] == ["a b"]


def test_a_block_that_does_not_warn_or_of_something_else_only_fails():
    with pytest.raises(AssertionError, match="nothing fits"), warned(GridmapWarning):
        pass
    with pytest.raises(AssertionError, match="nothing fits 'b'"), warned(GridmapWarning, match="b"):
        warnings.warn("a", GridmapWarning, stacklevel=1)


def warn_twice():
    warnings.warn("mine", GridmapWarning, stacklevel=1)
    warnings.warn("other", UserWarning, stacklevel=1)


def test_what_does_not_fit_is_passed_on():
    with pytest.raises(UserWarning, match="other"), warned(GridmapWarning):
        warn_twice()
