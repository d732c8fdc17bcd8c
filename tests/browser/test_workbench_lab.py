"""The workbench in a whole JupyterLab: what mouse and keyboard do is done to the plan in the kernel."""

import gridmap as gm
from tests.browser.lab_host import View

SEALED, CONTROLLED = 0, 1


def test_what_the_brush_passes_over_is_set_in_the_kernel_and_undone_by_the_keyboard(desk):
    view = desk.view
    assert desk.tiers() == {}
    blank = view.pixel("a")

    view.tier(1)
    view.tool("brush")
    view.stroke("a", "b", "c")
    assert desk.tiers() == {"a": "sealed", "b": "sealed", "c": "sealed"}
    assert desk.notebook.ask("[edit.cells for edit in bench.unsaved]") == [["a", "b", "c"]]
    assert [view.shown(cell) for cell in "abcd"] == [SEALED, SEALED, SEALED, -1]
    red, green, blue = view.pixel("b")
    assert red > blue + 40
    assert red > green + 40

    view.tier(2)
    view.stroke("d")
    assert desk.tiers()["d"] == "controlled"
    for left in (3, 0):
        revision = view.revision
        view.page.keyboard.press("Control+z")
        view.wait_later(revision)
        assert len(desk.tiers()) == left
    assert view.pixel("a") == blank
    assert desk.notebook.outside == []
    assert desk.notebook.errors == []


def test_a_lasso_sets_the_cells_that_it_encloses(desk):
    view = desk.view
    view.tier(2)
    view.tool("lasso")
    (left, bottom), (right, top) = view.place("f"), view.place("k")
    corners = [(left - 5, bottom + 5), (right + 5, bottom + 5), (right + 5, top - 5), (left - 5, top - 5)]
    revision = view.revision
    view.draw(*corners, corners[0])
    view.wait_later(revision)
    assert desk.tiers() == dict.fromkeys("fgjk", "controlled")


def test_an_edit_from_code_shows_in_both_views_at_once(desk):
    notebook = desk.notebook
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    second = View(notebook.page, 1).wait_drawn()
    views = [desk.view, second]
    revision = desk.view.revision
    notebook.do("bench.apply(gm.SetTier(tier='sealed', areas=['v']))")
    for view in views:
        view.wait_later(revision)
        assert [view.shown(cell) for cell in "abefij"] == [SEALED] * 6

    second.tier(2)
    second.tool("click")
    second.stroke("l")
    assert desk.tiers() == {**dict.fromkeys("abefij", "sealed"), "l": "controlled"}
    desk.view.page.wait_for_function(
        "([root, revision]) => Number(root.dataset.revision) >= revision",
        arg=[desk.view.root.element_handle(), second.revision],
    )
    assert desk.view.shown("l") == CONTROLLED
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")


def test_a_locked_cell_keeps_its_tier_and_the_reason_is_shown(desk):
    desk.notebook.do("bench.apply(gm.SetTier(tier='sealed', cells=['g']))\nbench.apply(gm.Lock(cells=['g']))")
    view = desk.view
    view.wait_later(1)
    view.tier(2)
    view.tool("click")
    view.draw(view.place("g"))
    view.root.get_by_role("alert").filter(has_text="g").first.wait_for()
    view.wait_answered()
    assert desk.tiers() == {"g": "sealed"}
    assert view.shown("g") == SEALED


def test_what_is_saved_in_the_browser_is_in_the_file(desk):
    view = desk.view
    view.tier(1)
    view.tool("brush")
    view.stroke("a", "e")
    view.page.keyboard.press("Control+s")
    dialog = view.page.get_by_role("dialog")
    dialog.locator("textarea").fill("两例新病例")
    dialog.locator("textarea").press("Control+Enter")
    view.root.locator(".gm-saved").wait_for()
    saved = gm.open_workspace(desk.workspace).plan
    assert saved.tiers.dropna().to_dict() == {"a": "sealed", "e": "sealed"}


def test_a_restarted_kernel_a_reloaded_page_and_an_opened_notebook_lose_no_stroke(open_notebook):
    desk = open_notebook()
    view, notebook = desk.view, desk.notebook
    view.tier(1)
    view.tool("brush")
    view.stroke("a", "b")
    view.stroke("h")
    painted = dict.fromkeys("abh", "sealed")

    assert notebook.ask("bench.panel.is_new") is False
    notebook.save()
    notebook.open()
    View(notebook.page).wait_drawn()
    assert desk.tiers() == painted

    notebook.restart_kernel()
    notebook.run_cell(0)
    notebook.wait_idle()
    view = View(notebook.page).wait_drawn()
    assert desk.tiers() == painted
    assert notebook.ask("bench.recovered") == 2
    revision = view.revision
    view.root.focus()
    view.page.keyboard.press("Control+z")
    view.wait_later(revision)
    assert desk.tiers() == dict.fromkeys("ab", "sealed")
    path = desk.workspace.with_name("bench-0.ipynb")
    assert path.stat().st_size < 100_000


def test_on_a_tablet_without_webgl_a_finger_paints(flat_chromium, open_notebook):
    desk = open_notebook(browser=flat_chromium, size=(820, 1180), touch=True)
    view = desk.view
    webgl = "() => document.createElement('canvas').getContext('webgl')"
    assert view.page.evaluate(webgl) is None
    view.tier(1)
    view.tool("click")
    revision = view.revision
    view.page.touchscreen.tap(*view.place("k"))
    view.wait_later(revision)
    assert desk.tiers() == {"k": "sealed"}
    red, _, blue = view.pixel("k")
    assert red > blue + 40
    assert desk.notebook.outside == []
