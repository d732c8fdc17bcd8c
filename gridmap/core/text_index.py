"""Many short texts to be looked through in a moment: exact ones first, then beginnings, then parts."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.intp]
Positions = npt.NDArray[np.int64]
EXACT, BEGINS, CONTAINS = 0, 1, 2

_BLANKS = r"[\s\x0b\x1c-\x1f\x{85}\p{Z}]+"
_CHANGING = r"[^ -~\x{4e00}-\x{9fff}]"
_LONGEST = 200
_MOST_HITS = 2_000
_END = b"\n"


def fold(text: str) -> str:
    """Reduce a text to what matters when it is looked for: one width of letters, no case, no blanks.

    Examples
    --------
    >>> fold(" Ｈope  Street 3 ")
    'hopestreet3'
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class TextIndex:
    """Texts in one piece of memory, to be searched for any part of them; no pattern has a meaning there.

    Parameters
    ----------
    texts
        The texts, as an array of text or a list; a missing one is empty.
    """

    def __init__(self, texts: Any) -> None:
        folded = folded_texts(pa.array(texts, pa.large_string()))
        ended = pc.binary_join_element_wise(
            folded, pa.scalar("\n", pa.large_string()), pa.scalar("", pa.large_string())
        )
        _, offsets, data = ended.buffers() if len(ended) else (None, None, None)
        self._starts = (
            np.frombuffer(offsets, dtype=np.int64)[: len(ended)] + 1 if offsets else np.empty(0, np.int64)
        )
        self._memory = _END + (data.to_pybytes()[: ended.nbytes] if data else b"")

    def __len__(self) -> int:
        return len(self._starts)

    def find(self, text: str, *, limit: int) -> tuple[Places, npt.NDArray[np.int8]]:
        """Look for a text.

        Of words with blanks between them, texts with all of them count where none has them side by side.

        Parameters
        ----------
        text
            What is looked for; one without letters is nowhere.
        limit
            How many are returned at most.

        Returns
        -------
        places
            The positions of texts that hold it: first those that are it, then those that begin with it, then
            the others; each in their order.
        rank
            `EXACT`, `BEGINS` or `CONTAINS` of each.
        """
        wanted = fold(text[:_LONGEST]).encode("utf-8", "ignore")
        if not wanted or limit < 1:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int8)
        hits = self._hits(wanted)
        found = hits if len(hits) else self._all_of(text[:_LONGEST])
        for better in (_END + wanted, _END + wanted + _END):
            if len(hits) < _MOST_HITS:  # else the best may come later
                break
            hits = self._hits(better)
            found = np.concatenate([hits + 1, found])
        places, rank = self._ranked(found, wanted)
        return places[:limit], rank[:limit]

    def ending(self, text: str) -> Places:
        """Return the positions of texts that end with a text, at most 2,000."""
        wanted = fold(text[:_LONGEST]).encode("utf-8", "ignore")
        if not wanted:
            return np.empty(0, dtype=np.intp)
        return self._places(self._hits(wanted + _END))

    def _hits(self, wanted: bytes) -> Positions:
        """Return where the first of each text that holds some bytes stands, up to some thousands."""
        found: list[int] = []
        at = self._memory.find(wanted)
        while at >= 0 and len(found) < _MOST_HITS:
            found.append(at)
            after = self._memory.find(_END, at + len(wanted) - 1)
            at = self._memory.find(wanted, after)
        return np.array(found, dtype=np.int64)

    def _all_of(self, text: str) -> Positions:
        words = sorted({fold(word).encode("utf-8", "ignore") for word in text.split()} - {b""}, key=len)
        if len(words) < 2:
            return np.empty(0, dtype=np.int64)
        found = self._hits(words[-1]).tolist()
        kept = [at for at in found if all(word in self._line(at) for word in words)]
        return np.array(kept, dtype=np.int64)

    def _line(self, at: int) -> bytes:
        return self._memory[self._memory.rfind(_END, 0, at + 1) + 1 : self._memory.find(_END, at + 1)]

    def _places(self, found: Positions) -> Places:
        return np.asarray(np.searchsorted(self._starts, found, side="right") - 1, dtype=np.intp)

    def _ranked(self, found: Positions, wanted: bytes) -> tuple[Places, npt.NDArray[np.int8]]:
        places, first = np.unique(self._places(found), return_index=True)
        begins = found[first] == self._starts[places]
        is_all = self._ends[places] - self._starts[places] == len(wanted)
        rank = np.where(begins, np.where(is_all, EXACT, BEGINS), CONTAINS).astype(np.int8)
        order = np.argsort(rank, kind="stable")
        return places[order], rank[order]

    @cached_property
    def _ends(self) -> Positions:
        return np.append(self._starts[1:] - 1, len(self._memory) - 1)


def folded_texts(texts: Any) -> Any:
    """Fold the texts of an Arrow array as `fold` does, most of them at once; a missing one is empty."""
    values = pc.fill_null(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, "")
    odd = np.flatnonzero(pc.match_substring_regex(values, pattern=_CHANGING))
    folded = pc.replace_substring_regex(pc.utf8_lower(values), pattern=_BLANKS, replacement="")
    if not len(odd):
        return folded
    own = pa.array([fold(text) for text in values.take(odd).to_pylist()], pa.large_string())
    mask = np.zeros(len(values), dtype=bool)
    mask[odd] = True
    return pc.replace_with_mask(folded, pa.array(mask), own)
