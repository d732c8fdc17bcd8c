"""A connection between the browser and a kernel on which a short message never waits for another one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

NAME = "gridmap.cli.prompt.PromptConnection"


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The usual connection of Jupyter Server, without Nagle's algorithm.

    With it (RFC 896) the kernel's answer to a stroke is kept back until the browser's computer has
    acknowledged the message before it, that the kernel is busy; and that computer may wait with this for
    40 ms, in the hope of something to send along (RFC 1122, 4.2.3.2).
    """

    def connect(self) -> Any:
        """Begin; see Jupyter Server."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def prompt_options(program: str, given: Sequence[str]) -> list[str]:
    """Return what makes a server of Jupyter use it; nothing where its kernels run behind a gateway.

    Parameters
    ----------
    program
        Whose option it is: ``ServerApp`` or ``Voila``.
    given
        The options that the user gives.
    """
    has_gateway = any("gateway" in each.lower() for each in given) or "JUPYTER_GATEWAY_URL" in os.environ
    return [] if has_gateway else [f"--{program}.kernel_websocket_connection_class={NAME}"]
