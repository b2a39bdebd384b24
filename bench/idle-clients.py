#!/usr/bin/env python3
"""How much memory a node takes with many idle clients.

    bench/idle-clients.py [--clients 5000] [--database app] [--statement "SELECT 1"] [--engine-binary PATH]

Starts one node with the start script's settings, logs clients in one after the other, and prints the operator's and the engine's
resident memory on the way, after half a minute of nothing, and after every tenth client has asked something. Each client takes a file
descriptor here and one in the node, so `ulimit -n` must be above their number.
"""
import argparse
import hashlib
import os
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PASSWORD = "idle clients"
PROTOCOL_41, CONNECT_WITH_DB, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH = 0x200, 8, 0x2000, 0x8000, 0x80000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident(pid):
    """Megabytes."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


class Client:
    def __init__(self, port, database):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        greeting = self.read()
        at = greeting.index(b"\0", 1) + 5  # behind version and thread id
        nonce = greeting[at:at + 8] + greeting[at + 27:at + 39]
        once = hashlib.sha1(PASSWORD.encode()).digest()
        proof = hashlib.sha1(nonce + hashlib.sha1(once).digest()).digest()
        capabilities = PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH
        login = struct.pack("<IIB23x", capabilities | (CONNECT_WITH_DB if database else 0), 1 << 24, 45)
        login += b"root\0\x14" + bytes(a ^ b for a, b in zip(once, proof))
        login += (database.encode() + b"\0" if database else b"") + b"mysql_native_password\0"
        self.send(1, login)
        self.check(self.read())

    def send(self, number, body):
        self.socket.sendall(struct.pack("<I", len(body))[:3] + bytes([number]) + body)

    def read(self):
        header = self.exactly(4)
        return self.exactly(int.from_bytes(header[:3], "little"))

    def exactly(self, length):
        data = b""
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            if not part:
                raise ConnectionError("the node hung up")
            data += part
        return data

    @staticmethod
    def check(answer):
        if answer[0] == 0xFF:
            raise RuntimeError(answer[3:].decode(errors="replace"))
        return answer

    def ask(self, sql):
        self.send(0, b"\3" + sql.encode())
        ends = 0 if self.check(self.read())[0] else 2
        while ends < 2:
            answer = self.check(self.read())
            ends += answer[0] == 0xFE and len(answer) < 9


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--clients", type=int, default=5000)
    options.add_argument("--database", default="")
    options.add_argument("--statement", default="")
    options.add_argument("--engine-binary", default="")
    options = options.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="shareddb-idle.") as directory:
        environment = dict(
            os.environ, DB_INIT_PASS=PASSWORD, CLUSTER_SIZE="1", DATA_DIR=directory, EXT_DB_PORT=str(port),
            API_PORT=str(free_port()), RAFT_PORT=str(free_port()), UI_PORT=str(free_port()),
            LOG_FILE=directory + "/operator.log", INIT_DB_NAME=options.database, ENGINE_BINARY=options.engine_binary)
        node = subprocess.Popen([HOME + "/shareddb", "server"], env=environment)
        clients = []
        try:
            deadline = time.monotonic() + 300
            while True:
                try:
                    first = Client(port, options.database)
                    first.ask("SELECT 1")
                    break
                except (OSError, RuntimeError):
                    if time.monotonic() > deadline or node.poll() is not None:
                        raise
                    time.sleep(1)
            with open(directory + "/engine.pid") as file:
                engine = int(file.read())

            def show(what):
                print(f"{what:<32} operator {resident(node.pid)} MB, engine {resident(engine)} MB", flush=True)

            show("before")
            began = time.monotonic()
            for number in range(1, options.clients + 1):
                client = Client(port, options.database)
                if options.statement:
                    client.ask(options.statement)
                clients.append(client)
                if number % 1000 == 0 or number == options.clients:
                    show(f"{number} clients after {time.monotonic() - began:.1f} s")
            time.sleep(30)
            show("30 s later")
            for client in clients[::10]:
                client.ask("SELECT 1")
            show("every tenth has asked")
        finally:
            node.terminate()
            node.wait()


if __name__ == "__main__":
    sys.exit(main())
