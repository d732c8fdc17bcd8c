"""The bundled font has what maps and names need, and matplotlib's PDF and PNG show it."""

import shutil
import subprocess
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread

FONT = Path(__file__).parents[2] / "gridmap" / "static" / "fonts" / "gridmap-sans-sc.otf"


def characters_of(codec: str) -> set[str]:
    """Every character that two bytes of the codec stand for, private and control characters left out."""
    pairs = (bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    found = {pair.decode(codec, errors="ignore") for pair in pairs}
    return {char for char in found if len(char) == 1 and char.isprintable()}


@pytest.fixture(scope="module")
def covered():
    with TTFont(FONT, lazy=True) as font:
        return {chr(code) for code in font.getBestCmap()}


def test_the_font_has_every_character_of_gb2312(covered):
    assert characters_of("gb2312") - covered == set()


def test_the_font_has_every_hanzi_of_gbk(covered):
    hanzi = {char for char in characters_of("gbk") if "\u4e00" <= char <= "\u9fff"}
    assert len(hanzi) == 20_902
    assert hanzi - covered == set()


@pytest.mark.parametrize(
    "text",
    ["𬭚㙘䶮鿍", "éüñāǎ", "−–—…·〔〕「」", "▲●■□◆★〓→↑№℃㎡", "ABCabc0123全角"],
)
def test_the_font_has_rare_names_and_the_marks_of_maps(covered, text):
    assert set(text) - covered == set()


def test_the_font_goes_by_its_own_name():
    with TTFont(FONT, lazy=True) as font:
        names = font["name"]
        assert [names.getDebugName(number) for number in (1, 2, 4, 6)] == [
            "Gridmap Sans SC",
            "Regular",
            "Gridmap Sans SC Regular",
            "GridmapSansSC-Regular",
        ]
        assert "fvar" not in font


@pytest.fixture
def figure():
    drawn = Figure(figsize=(4, 1))
    drawn.text(0.05, 0.4, "封控区 不漏一户 S-1", fontproperties=FontProperties(fname=FONT, size=20))
    return drawn


def test_a_pdf_embeds_the_font_and_draws_what_the_png_draws(figure, tmp_path):
    with mpl.rc_context({"pdf.fonttype": 3}):
        figure.savefig(tmp_path / "map.pdf")
    figure.savefig(tmp_path / "map.png", dpi=100)
    tool = shutil.which("pdftoppm")
    assert tool, "pdftoppm is missing; run make test, which installs poppler-utils"
    command = [tool, "-r", "100", "-png", "-singlefile", "map.pdf", "from_pdf"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    ink_pdf, ink_png = (
        imread(tmp_path / name)[:, :, :3].mean(axis=2) < 0.5 for name in ("from_pdf.png", "map.png")
    )
    assert ink_png.sum() > 1000
    assert np.mean(ink_pdf != ink_png) < 0.05
