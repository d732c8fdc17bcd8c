"""The connection between browser and kernel that sends every message at once."""

import asyncio
import socket

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
import tornado.websocket
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.utils.importstring import import_item

from gridmap.cli.prompt import NAME, PromptConnection, prompt_options


def test_the_name_that_a_server_is_given_is_that_of_the_connection():
    assert import_item(NAME) is PromptConnection
    assert prompt_options("ServerApp", ["--port=8899"]) == [
        f"--ServerApp.kernel_websocket_connection_class={NAME}"
    ]


@pytest.mark.parametrize("connection", [PromptConnection, ZMQChannelsWebsocketConnection])
def test_only_with_it_a_message_goes_out_before_the_one_before_was_acknowledged(connection, monkeypatch):
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: None)
    seen = []

    class Handler(tornado.websocket.WebSocketHandler):
        def open(self):
            of_this = type("OfThis", (connection,), {"websocket_handler": self})
            of_this.__new__(of_this).connect()
            tcp = self.ws_connection.stream.socket
            seen.append(bool(tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    async def meet():
        server = tornado.httpserver.HTTPServer(tornado.web.Application([("/", Handler)]))
        (listening,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
        server.add_socket(listening)
        port = listening.getsockname()[1]
        client = await tornado.websocket.websocket_connect(f"ws://127.0.0.1:{port}/")
        client.close()
        await client.read_message()
        server.stop()

    asyncio.run(meet())
    assert seen == [connection is PromptConnection]
