"""Which process is at work still, and which only had the same number."""

import os
import subprocess
import sys

import pytest

from gridmap.store import process
from gridmap.store.process import Process, this_process, whereabouts

WAITS = "import sys; print('ready', flush=True); sys.stdin.read()"


@pytest.fixture
def other():
    """Another process, which waits."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-S", "-c", WAITS], **pipes) as started:
        assert started.stdout.readline() == "ready\n"
        yield started


def known(pid):
    return Process(this_process().host, pid, process._began(pid))


def test_this_process_is_here():
    assert whereabouts(this_process()) == "here"
    assert this_process().pid == os.getpid()


def test_another_process_is_alive_until_it_has_ended(other):
    found = known(other.pid)
    assert whereabouts(found) == "alive"
    other.kill()
    other.wait()
    assert whereabouts(found) == "gone"


def test_a_killed_process_that_nobody_has_waited_for_is_gone(other):
    found = known(other.pid)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert whereabouts(found) == "gone"


def test_another_process_of_the_same_number_is_not_taken_for_it(other):
    assert whereabouts(known(other.pid)._replace(began="another time")) == "gone"
    assert whereabouts(this_process()._replace(began="")) == "gone"


def test_nobody_knows_of_a_process_on_another_machine():
    assert whereabouts(this_process()._replace(host="another")) == "elsewhere"


def test_where_there_is_no_proc_the_time_it_began_tells_processes_apart(other):
    mark = process._began_elsewhere(other.pid)
    assert mark == process._began_elsewhere(other.pid) != ""
    assert float(mark) > 0
    other.kill()
    other.wait()
    assert process._began_elsewhere(other.pid) == ""
