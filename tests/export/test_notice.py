import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import geopandas as gpd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import ExportBlockedError, UnsupportedError
from gridmap.export.docx_parts import check_template
from gridmap.export.notice import export_notice, notice, notice_bytes, write_notice
from gridmap.export.plain import plain_text
from gridmap.store.templates import read_notice_template
from tests.export.list_world import NAUGHTY, PAYLOADS, six_households, two_cells, zoning_of

TOP = Path(__file__).parents[2]
PERSONS = ("张小明", "李大力", "13800138001", "陈书记", "13900139001", "101室", "透析", "h2")


@pytest.fixture
def world():
    return zoning_of(six_households(), two_cells())


def texts_of(data):
    """All paragraphs of a DOCX, those of heads and feet of pages last."""
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    parts = [document, *(cell for t in document.tables for row in t.rows for cell in row.cells)]
    parts += [section.header, section.footer]
    return [paragraph.text for part in parts for paragraph in part.paragraphs]


def template_of(*paragraphs, change=None):
    """A DOCX with some paragraphs; `change` is given the document."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(data, name, content, *, replaced=b"", by=b""):
    """A DOCX with one more part, or with some bytes of a part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as changed:
        for each in archive.namelist():
            part = archive.read(each)
            changed.writestr(each, part.replace(replaced, by) if each == name else part)
        if content:
            changed.writestr(name, content)
    return out.getvalue()


def test_the_text_the_document_and_the_twin_are_written(world, tmp_path):
    paths = [each.path for each in write_notice(world, tmp_path)]
    assert [path.name for path in paths] == ["notice.txt", "notice.docx", "notice.json"]
    told = notice(world)
    assert paths[0].read_text("utf-8") == told.text
    written = texts_of(paths[1].read_bytes())
    assert set(told.text.splitlines()) - {""} <= set(written)
    assert json.loads(paths[2].read_text("utf-8")) == json.loads(json.dumps(told.data))


def test_the_zones_are_told_by_building_and_village(world):
    text = notice(world).text
    assert "范围：枫南新村3幢。" in text
    assert "范围：枫南社区（其中划为封控区的除外）。" in text
    english = notice(world, lang="en").text
    assert "Area: 枫南新村 building 3." in english
    assert "Area: 枫南社区 (except what is sealed there)." in english


def test_nobody_is_named_whoever_it_is_for(world, tmp_path):
    for audience in ("public", "official", "field"):
        for written in write_notice(world, tmp_path / audience, audience=audience):
            data = written.path.read_bytes()
            found = "\n".join(texts_of(data)) if written.path.suffix == ".docx" else data.decode()
            assert not [person for person in PERSONS if person in found]


def test_a_notice_waits_for_no_vacancy_but_for_the_proof(world, tmp_path):
    nobody = replace(world, duties=None, officials=None)
    assert export_notice(nobody, tmp_path / "a.txt").exists()
    wrong = replace(world, certificate=replace(world.certificate, balanced=False))
    with pytest.raises(ExportBlockedError, match="not balanced"):
        export_notice(wrong, tmp_path / "b.txt")
    assert not (tmp_path / "b.txt").exists()


def test_a_draft_says_so_on_every_page(world, tmp_path):
    draft = replace(world, document=replace(world.document, draft=True))
    assert notice(draft).text.startswith("草稿 DRAFT\n")
    data = export_notice(draft, tmp_path / "a.docx").read_bytes()
    assert "草稿 DRAFT" in texts_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        heads = [archive.read(name) for name in archive.namelist() if "header" in name]
    assert any(b'string="DRAFT"' in head for head in heads)
    final = export_notice(world, tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(final)) as archive:
        assert not [name for name in archive.namelist() if b"DRAFT" in archive.read(name)]


HOSTILE = [*NAUGHTY, *PAYLOADS, "{{issuer}} {{text}}", "a\u202eb\x00c\x07", "</w:t></w:r>", "{0} {source}"]


def test_hostile_names_are_inert_in_all_formats(world):
    """Cells that do not touch, so that each is a zone of its own, each under a hostile name."""
    names = [text for text in dict.fromkeys(HOSTILE) if plain_text(text)]
    cells = [shapely.box(place, 0, place + 0.5, 1) for place in range(len(names))]
    index = [f"c{place}" for place in range(len(names))]
    grid = gpd.GeoDataFrame({"name": names}, geometry=cells, index=index).rename_axis("cell_id")
    plan = gm.apply_edit(gm.new_plan(grid, protocol=world.protocol), gm.SetTier(cells=index, tier="sealed"))
    document = replace(world.document, title=HOSTILE[-4], number=HOSTILE[-3], issuer=HOSTILE[-2])
    told = notice(
        replace(world, grid=grid, plan=plan, placement=None, certificate=None, duties=None, document=document)
    )
    assert all(plain_text(name) in told.text for name in names)
    assert told.text.replace("\n", "").isprintable()
    written = texts_of(notice_bytes(told, ".docx"))
    assert set(told.text.splitlines()) - {""} <= set(written)
    assert json.loads(notice_bytes(told, ".json"))["number"] == "abc"


def test_the_same_notice_is_the_same_bytes(world):
    told = notice(world)
    assert notice_bytes(told, ".docx") == notice_bytes(told, ".docx")


def test_the_shipped_template_is_what_its_tool_makes():
    built = "import make_notice_template as tool; print(tool.build() == tool.TARGET.read_bytes())"
    code = f"import sys; sys.path.insert(0, 'tools'); {built}"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "True"


def test_a_template_of_ones_own_keeps_what_else_it_says(world, tmp_path):
    def change(document):
        paragraph = document.paragraphs[0]
        for piece in (" — {{is", "suer", "}} —"):
            paragraph.add_run(piece)
        table = document.add_table(1, 1)
        table.cell(0, 0).text = "No. {{number}} of {{unknown}}"

    own = tmp_path / "own.docx"
    own.write_bytes(template_of("Letterhead", "{{draft}}", "{{text}}", "Seal here", change=change))
    data = export_notice(world, tmp_path / "a.docx", template=own).read_bytes()
    written = texts_of(data)
    assert written[0] == "Letterhead — 示例县 —"
    assert "No. 示例〔2022〕1号 of {{unknown}}" in written
    assert not [text for text in written if "{{text}}" in text or "{{draft}}" in text]
    assert written.index("Seal here") > written.index("一、封控区")
    assert "" not in written[: written.index("Seal here")]


def test_lines_look_like_the_paragraph_of_their_kind(world):
    def change(document):
        document.paragraphs[0].runs[0].bold = True

    template = template_of("{{tier}}", "{{text}}", change=change)
    from gridmap.export.notice_docx import notice_docx

    document = docx.Document(io.BytesIO(notice_docx(notice(world), template)))
    bold = [paragraph.text for paragraph in document.paragraphs if paragraph.runs[0].bold]
    assert bold == ["一、封控区", "二、管控区", "三、其他事项"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no zip", "is no DOCX"),
        (template_of("nothing to fill"), "no paragraph {{text}}"),
        (with_part(template_of("{{text}}"), "word/vbaProject.bin", b"x"), "macros"),
        (with_part(template_of("{{text}}"), "word/embeddings/oleObject1.bin", b"x"), "macros"),
        (
            with_part(
                template_of("{{text}}"),
                "word/document.xml",
                b"",
                replaced=b"<w:body>",
                by=b'<w:body><w:p><w:fldSimple w:instr="INCLUDETEXT secret.txt"/></w:p>',
            ),
            "fields other than page numbers",
        ),
        (
            with_part(
                template_of("{{text}}"),
                "word/_rels/document.xml.rels",
                b"",
                replaced=b"</Relationships>",
                by=b'<Relationship Id="x" Target="http://a.b" TargetMode="External"/></Relationships>',
            ),
            "links to other files",
        ),
    ],
    ids=["no zip", "no place", "macro", "object", "field", "link"],
)
def test_a_template_that_runs_fetches_or_holds_nothing_is_refused(world, tmp_path, data, said):
    own = tmp_path / "own.docx"
    own.write_bytes(data)
    with pytest.raises(UnsupportedError, match=said):
        export_notice(world, tmp_path / "a.docx", template=own)
    assert not (tmp_path / "a.docx").exists()


def test_a_template_that_is_not_there_and_a_format_that_is_none_are_refused(world, tmp_path):
    with pytest.raises(UnsupportedError, match="cannot be read"):
        export_notice(world, tmp_path / "a.docx", template=tmp_path / "missing.docx")
    with pytest.raises(UnsupportedError, match=r"choose \.txt, \.docx, \.json"):
        export_notice(world, tmp_path / "a.pdf")
    with pytest.raises(UnsupportedError, match="no texts in 'fr'"):
        notice(world, lang="fr")


def test_the_shipped_template_passes_its_own_check():
    check_template(read_notice_template())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_opens_the_document(world, tmp_path, lang):
    soffice = shutil.which("soffice")
    assert soffice, "soffice is missing; run make test, which installs it"
    draft = replace(world, document=replace(world.document, draft=True))
    path = export_notice(draft, tmp_path / "in" / "notice.docx", lang=lang)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path / "out", path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    command = ["pdftotext", "-layout", tmp_path / "out" / "notice.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    shown = "".join(text.split())
    wanted = notice(draft, lang=lang).text
    missing = [line for line in wanted.splitlines() if "".join(line.split()) not in shown]
    assert [line for line in missing if len(line) < 30] == []
