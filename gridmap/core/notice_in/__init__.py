"""Zones from the text of a notice: every phrase marked, nothing applied unseen."""
