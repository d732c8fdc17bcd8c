"""A sheet of paper or a picture on which texts and boxes are set from the top left, in points."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gridmap.export.fonts import Typeface, typeface

POINTS_PER_INCH = 72.0
LINE = 1.42
ELLIPSIS = "…"
INK = "#1a1a1a"
GREY = "#595959"
_BASELINE = 1.05
_CLOSING = ",。;:、!?)》」”…%，；：！？）〕】』〉"
_OPENING = "(（《「“〔【『〈"


@contextmanager
def print_settings() -> Iterator[None]:
    """Hold matplotlib to what prints well, whatever the user's own settings are; they come back after."""
    import matplotlib.style

    settings = {
        "font.family": list(typeface().families),
        "text.usetex": False,
        "text.parse_math": False,
        "hatch.linewidth": 1.1,
        "pdf.fonttype": 3,
        "svg.hashsalt": "gridmap",
    }
    with matplotlib.style.context(["default", settings]):
        yield


class Sheet:
    """A page under the pen; use it inside `print_settings`.

    The height may be settled last, by `close_at`: what was set from the top stays where it is.

    Parameters
    ----------
    width, height
        In points.
    dpi
        Pixels per inch of a picture.
    """

    def __init__(self, width: float, height: float, *, dpi: float = POINTS_PER_INCH) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.width, self.height = width, height
        self.typeface: Typeface = typeface()
        self.figure = Figure(
            figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=dpi, facecolor="white"
        )
        self._renderer = FigureCanvasAgg(self.figure).get_renderer()
        self._from_top = Affine2D()
        self.transform = self._from_top + self.figure.dpi_scale_trans
        self._boxed: list[tuple[Any, tuple[float, float, float, float]]] = []
        self.close_at(height)

    def close_at(self, height: float) -> None:
        """Cut the sheet to `height`."""
        self.height = height
        self.figure.set_size_inches(self.width / POINTS_PER_INCH, height / POINTS_PER_INCH)
        scale = 1 / POINTS_PER_INCH
        self._from_top.clear().scale(scale, -scale).translate(0, height * scale)
        for axes, (x, y, wide, high) in self._boxed:
            axes.set_position((x / self.width, 1 - (y + high) / height, wide / self.width, high / height))

    def measure(self, text: str, *, size: float) -> float:
        """Return the width of a text of the given size."""
        width, _, _ = self._renderer.get_text_width_height_descent(text, self.font(size), ismath=False)
        return float(width * POINTS_PER_INCH / self.figure.dpi)

    def fit(self, text: str, *, size: float, width: float) -> str:
        """Return a printable text that is no wider than `width`, with an ellipsis where it was cut."""
        text = self.typeface.printable(text)
        if self.measure(text, size=size) <= width:
            return text
        return text[: self._longest(text, size=size, width=width, tail=ELLIPSIS)].rstrip() + ELLIPSIS

    def wrap(self, text: str, *, size: float, width: float, lines: int) -> list[str]:
        """Break a text into at most `lines` lines; the last one ends in an ellipsis when more is left."""
        rest = self.typeface.printable(text)
        broken: list[str] = []
        while rest and len(broken) < lines - 1 and self.measure(rest, size=size) > width:
            count = break_before(rest, max(1, self._longest(rest, size=size, width=width)))
            broken.append(rest[:count].rstrip())
            rest = rest[count:].lstrip()
        return [*broken, self.fit(rest, size=size, width=width)] if rest else broken

    def balance(self, text: str, *, size: float, width: float, lines: int) -> float:
        """Return the least width in which a text takes no more lines than in `width`: its lines are alike."""
        needed = len(self.wrap(text, size=size, width=width, lines=lines))
        whole = _letters(self.wrap(text, size=size, width=width, lines=lines))
        for share in (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
            narrow = self.wrap(text, size=size, width=share * width, lines=lines)
            if len(narrow) == needed and _letters(narrow) == whole:
                return share * width
        return width

    def write(
        self, text: str, x: float, y: float, *, size: float, color: str = INK, align: str = "left"
    ) -> float:
        """Set one line whose top is at `y`; return the top of the next line."""
        self.figure.text(
            x,
            y + _BASELINE * size,
            self.typeface.printable(text),
            transform=self.transform,
            fontproperties=self.font(size),
            color=color,
            ha=align,
            va="baseline",
            parse_math=False,
            zorder=100,
        )
        return y + LINE * size

    def tilt(self, text: str, x: float, y: float, *, size: float, angle: float, color: str = INK) -> None:
        """Set one line around a point, turned by `angle` degrees to the left, on a pale ground."""
        self.figure.text(
            x,
            y,
            self.typeface.printable(text),
            transform=self.transform,
            fontproperties=self.font(size),
            color=color,
            ha="center",
            va="center",
            rotation=angle,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6},
            parse_math=False,
            zorder=99,
        )

    def paragraph(
        self, text: str, x: float, y: float, *, size: float, width: float, lines: int = 4, color: str = INK
    ) -> float:
        """Set a text in at most `lines` lines; return the top of what follows."""
        for line in self.wrap(text, size=size, width=width, lines=lines):
            y = self.write(line, x, y, size=size, color=color)
        return y

    def box(self, x: float, y: float, width: float, height: float, **style: Any) -> None:
        """Draw a rectangle with matplotlib's patch `style`."""
        from matplotlib.patches import Rectangle

        self.figure.add_artist(Rectangle((x, y), width, height, transform=self.transform, **style))

    def dot(self, x: float, y: float, marker: str, *, size: float) -> None:
        """Draw one of matplotlib's markers, white with a black edge, as the map draws sites."""
        from matplotlib.lines import Line2D

        style: dict[str, Any] = {
            "marker": marker,
            "markersize": size,
            "markerfacecolor": "white",
            "markeredgecolor": "black",
        }
        self.figure.add_artist(Line2D([x], [y], transform=self.transform, **style))

    def rule(self, x: float, y: float, width: float, *, color: str = "#bdbdbd", weight: float = 0.8) -> None:
        """Draw a horizontal line."""
        from matplotlib.lines import Line2D

        line = Line2D([x, x + width], [y, y], transform=self.transform, color=color, linewidth=weight)
        self.figure.add_artist(line)

    def across(self, text: str, *, size: float, color: str = "#b2182b") -> None:
        """Set a word slantwise across the whole sheet, above everything."""
        text = self.fit(text, size=size, width=1.1 * self.height)
        self.figure.text(
            0.5,
            0.5,
            text,
            fontproperties=self.font(size),
            color=color,
            alpha=0.22,
            rotation=35,
            ha="center",
            va="center",
            parse_math=False,
            zorder=1000,
        )

    def tile(self, text: str, *, size: float) -> None:
        """Set a pale text again and again across the whole sheet, so that no part of it is without."""
        text = self.fit(text, size=size, width=0.9 * self.width)
        long = self.measure(text, size=size)
        wide, high = long + 5 * size, max(8 * size, 0.55 * long)
        rows, columns = int(self.height // high) + 1, int(self.width // wide) + 2
        for row in range(rows):
            for column in range(columns):
                self.figure.text(
                    (column + 0.5 * (row % 2)) * wide,
                    (row + 0.6) * high,
                    text,
                    transform=self.transform,
                    fontproperties=self.font(size),
                    color=GREY,
                    alpha=0.16,
                    rotation=24,
                    ha="center",
                    va="center",
                    parse_math=False,
                    zorder=900,
                )

    def axes(self, x: float, y: float, width: float, height: float) -> Any:
        """Return empty axes in a box."""
        axes = self.figure.add_axes((0, 0, 1, 1), label=str(len(self._boxed)))
        axes.set_xticks([])
        axes.set_yticks([])
        self._boxed.append((axes, (x, y, width, height)))
        self.close_at(self.height)
        return axes

    def to_png(self) -> bytes:
        """Return the sheet as a picture."""
        return self._save("png", {"Software": None})

    def to_svg(self) -> bytes:
        """Return the sheet as a drawing that stays sharp; the same sheet gives the same bytes."""
        return self._save("svg", {"Creator": None, "Date": None})

    def _save(self, kind: str, metadata: Mapping[str, Any]) -> bytes:
        stream = io.BytesIO()
        self.figure.savefig(stream, format=kind, dpi=self.figure.dpi, metadata=dict(metadata))
        return stream.getvalue()

    def font(self, size: float) -> Any:
        """Return the typeface in a size."""
        from matplotlib.font_manager import FontProperties

        return FontProperties(family=list(self.typeface.families), size=size)

    def _longest(self, text: str, *, size: float, width: float, tail: str = "") -> int:
        """Return how many characters of `text`, followed by `tail`, are no wider than `width`."""
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.measure(text[:middle] + tail, size=size) <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return low


def bound(sheets: Iterable[Sheet], metadata: Mapping[str, Any]) -> bytes:
    """Return sheets as the pages of one PDF; without a creation date the same sheets give the same bytes.

    Each sheet is drawn and let go before the next one is asked for; all share their fonts.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    stream = io.BytesIO()
    head = {"Producer": None, "Creator": "gridmap", "CreationDate": None, **metadata}
    with PdfPages(stream, metadata=head) as pages:
        for sheet in sheets:
            pages.savefig(sheet.figure)
    return stream.getvalue()


@dataclass
class Column:
    """A column that is filled from the top; what has no room is left out.

    Parameters
    ----------
    sheet
        Where it is.
    x, y, width, bottom
        Its left edge, the top of what comes next, its width and its lower end, in points.
    """

    sheet: Sheet
    x: float
    y: float
    width: float
    bottom: float

    def has_room(self, height: float) -> bool:
        """Tell whether `height` is left."""
        return self.y + height <= self.bottom

    def say(self, text: str, *, size: float, lines: int = 3, color: str = INK, indent: float = 0.0) -> None:
        """Set a text in at most `lines` lines."""
        for line in self.sheet.wrap(text, size=size, width=self.width - indent, lines=lines):
            if self.has_room(LINE * size):
                self.y = self.sheet.write(line, self.x + indent, self.y, size=size, color=color)

    def entitle(self, text: str, *, size: float) -> None:
        """Set a title in at most two lines of about the same length."""
        width = self.sheet.balance(text, size=size, width=self.width, lines=2)
        for line in self.sheet.wrap(text, size=size, width=width, lines=2):
            self.y = self.sheet.write(line, self.x, self.y, size=size)

    def head(self, text: str, *, size: float) -> None:
        """Set a heading over a line."""
        if self.has_room(3 * LINE * size):
            self.say(text, size=size, lines=1)
            self.sheet.rule(self.x, self.y + 1, self.width)
            self.y += 4


def _letters(lines: list[str]) -> str:
    """Return all but the spaces, which a break swallows."""
    return "".join(lines).replace(" ", "")


def break_before(text: str, count: int) -> int:
    """Return where to break a line of at most `count` characters: not inside a Latin word or number.

    A closing mark does not begin a line; it takes the character before it along. An opening one ends none.
    """
    place = count
    while place > count // 2 and _joined(text[place - 1 : place + 1]):
        place -= 1
    return place if place > count // 2 else count


def _joined(pair: str) -> bool:
    if len(pair) < 2:
        return False
    return (
        pair[1] in _CLOSING
        or pair[0] in _OPENING
        or (pair[0].isascii() and pair[1].isascii() and " " not in pair)
    )
