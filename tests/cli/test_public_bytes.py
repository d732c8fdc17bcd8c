"""No byte of anything the public gets names a person, a household, a case or an official of the county."""

import base64
import gzip
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pandas as pd
import pyarrow.parquet as pq
import pytest

import gridmap as gm
from gridmap.export.kit import audience_formats, write_exports, zoning_of
from gridmap.export.layers import SUFFIXES

PACKED = re.compile(rb"[A-Za-z0-9+/]{60,}={0,2}")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
NEEDLES = {
    "households": ("head_name", "phone", "address"),
    "officials": ("name", "phone"),
    "cases": ("address",),
}
LEAST = {"head_name": 2, "name": 2, "phone": 7, "address": 6}


def opened(data):
    """Every reading of some bytes: as they are, and what is packed in them, however deep."""
    yield data
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from opened(package.read(name))
    if data[:5] == b"%PDF-":
        for stream in STREAM.findall(data):
            with suppress(zlib.error):
                yield zlib.decompress(stream)
    for run in PACKED.findall(data):
        with suppress(ValueError):
            raw = base64.b64decode(run + b"=" * (-len(run) % 4))
            yield raw
            for unpack in (zlib.decompress, gzip.decompress):
                with suppress(zlib.error, OSError, EOFError):
                    yield unpack(raw)


def told_by(path, needles):
    """Those of some texts that a file tells, in any of the ways in which text is written.

    A name of two characters is four bytes in UTF-16: packed data hold some of a thousand names by chance, so
    that way is looked at for longer texts.
    """
    readings = list(opened(path.read_bytes()))
    if path.suffix == ".pdf":
        done = subprocess.run([shutil.which("pdftotext"), path, "-"], check=True, capture_output=True)
        readings += [done.stdout, b"".join(done.stdout.split())]
    if path.suffix == ".parquet":
        readings.append(repr(pq.read_table(path).to_pylist()).encode())
    ways = {
        needle: {needle.encode(), json.dumps(needle)[1:-1].encode(), *_wide(needle)} for needle in needles
    }
    whole = b"\0".join(readings)
    return [needle for needle, forms in ways.items() if any(form in whole for form in forms)]


def _wide(needle):
    return [needle.encode(way) for way in ("utf-16-le", "utf-16-be")] if len(needle) > 2 else []


def needles_of(workspace):
    """Names, phones, addresses and ids of all persons in the workspace, by what they are."""
    found = {}
    for table, columns in NEEDLES.items():
        frame = getattr(workspace, table)
        for column in columns:
            values = frame[column].dropna().astype(str) if column in frame else pd.Series(dtype=str)
            found[f"{table} {column}"] = {text for text in values if len(text) >= LEAST[column]}
        found[f"{table} id"] = {str(each) for each in frame.index if len(str(each)) >= 4}
    return found


@pytest.fixture
def planted(workspace):
    """The zoned county with duties, an approver and a recipient, and households carved out one by one."""
    opened = gm.open_workspace(workspace)
    homes = opened.households.index[:3].tolist()
    carved = gm.AddCarveOut(tier="controlled", households=homes, name="", reason="home isolation")
    opened.save(gm.apply_edit(opened.plan, carved), reason="carve", author="me")
    return opened


def test_the_search_finds_what_the_field_is_told(planted, tmp_path):
    """The search itself works: what is not for the public is found in the outputs that hold it."""
    document = gm.Document(draft=True)
    zoning = zoning_of(planted, document=document)
    needles = needles_of(planted)
    formats = ("map", "atlas", "contacts", "vcards")
    written = write_exports(zoning, tmp_path / "out", audience="field", formats=formats, plain=True)
    names = needles["officials name"] | needles["households head_name"]
    for wanted in formats:
        files = [each.path for each in written if each.format == wanted]
        assert any(told_by(path, names) for path in files), wanted


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_byte_of_what_the_public_gets_names_anybody(planted, tmp_path, lang):
    document = gm.Document(recipient="接收人甲乙", approved_by="批准人丙丁", number="2022-8")
    zoning = zoning_of(planted, document=document)
    needles = needles_of(planted) | {"document": {"接收人甲乙", "批准人丙丁"}}
    assert all(needles[key] for key in ("households phone", "officials name", "households id", "cases id"))
    formats = audience_formats("public")
    out = tmp_path / "out"
    written = write_exports(zoning, out, audience="public", lang=lang)
    assert {each.format for each in written} == set(formats) >= {"map", "picture", "atlas", "notice"}
    for suffix in SUFFIXES:
        gm.export_layers(zoning, out / f"layers{suffix}", audience="public", lang=lang)
    files = sorted(path for path in out.rglob("*") if path.is_file())
    told = {
        (path.name, kind): found
        for path in files
        for kind, texts in needles.items()
        if (found := told_by(path, texts))
    }
    assert told == {}
