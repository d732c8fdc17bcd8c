"""Disk: the only modules that open, write or replace a file."""
