"""Which facts stand large over the web map, and what the page says of how exactly it is drawn."""

from __future__ import annotations

import math

from gridmap.core.wording import word
from gridmap.model.scene import Rows, Scene

_KEYS = ("effective_at", "valid_until", "as_of", "number", "version", "issuer", "review_number")
_DRAWN = {
    "zh": "为便于手机打开,本页网格边界作了简化,偏差约{metres}米以内。",
    "en": "Borders of cells are simplified to within about {metres} m, so that phones can open this page.",
}


def key_facts(scene: Scene) -> Rows:
    """Return the facts that are always in sight: times, number, version, issuer and map review number."""
    known = dict(scene.facts)
    names = [word(key, scene.lang) for key in _KEYS]
    return tuple((name, known[name]) for name in names if name in known)


def more_facts(scene: Scene) -> Rows:
    """Return the facts that are shown when the card is opened, in their order."""
    key = key_facts(scene)
    return tuple(fact for fact in scene.facts if fact not in key)


def drawn_note(within_m: float, lang: str) -> str:
    """Say how far borders may be off; empty where they are as they are."""
    text = _DRAWN.get(lang, _DRAWN["zh"])
    return text.format(metres=math.ceil(within_m)) if within_m else ""
