"""A small workbench with a view that is heard and not drawn."""

import numpy as np

from gridmap.widget.desk import Desk


class View:
    """Stands for one view in the browser: asks, and keeps what it is told."""

    def __init__(self, desk, name="view"):
        self.desk, self.name = desk, name
        self.heard = []
        self.seq = 0

    def ask(self, kind, *, cells=None, lang="en", **args):
        """Ask, and return the answer with its buffers under ``buffers``."""
        self.seq += 1
        buffers = [] if cells is None else [memoryview(np.array(cells, dtype="<u4").tobytes())]
        content = {"kind": kind, "client": self.name, "seq": self.seq, "lang": lang, **args}
        self.desk.hear(content, buffers)
        self.desk.finish()
        (answer,) = [
            each
            for each in self.heard
            if each["kind"] in ("done", "refused") and (each["to"], each["seq"]) == (self.name, self.seq)
        ]
        return answer

    def open(self):
        """Ask for everything, as a view does when it opens."""
        self.ask("ready")
        self.ask("counts")

    def last(self, kind):
        """The last message of a kind that was for all views or for this one."""
        mine = [each for each in self.heard if each["kind"] == kind and each.get("to", "") in ("", self.name)]
        return mine[-1]

    def hear(self, content, buffers):
        self.heard.append({**content, "buffers": [bytes(each) for each in buffers]})


def desk_with_view(bench, **options):
    """Return a desk with one view that has asked for everything."""
    desk = Desk(bench, **options)
    view = View(desk)
    desk.attach(view.hear)
    view.open()
    return desk, view
