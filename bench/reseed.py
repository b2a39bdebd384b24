#!/usr/bin/python3
"""How long a new node takes to fill its engine with a copy of a follower's.

    bench/reseed.py [--megabytes 1000] [--dir DIR] [--engine-binary PATH] [--no-baseline] [--check]

Starts two nodes, fills them with tables like sysbench's and one with blobs and several indexes, then adds a third node and prints seconds,
MB/s, the longest time that a writer waited meanwhile, and the peak of resident memory of donor and receiver. MB are 10^6 bytes of
the tables without their indexes, as the engine reports them. Then the new node's engine is loaded again from `mariadb-dump | mariadb`, with the same
options, and its files are copied with `cp`, for the ratios. With --dir the two nodes' data stay, and a second run uses them
again. --check compares checksums of all tables at the end. Needs python3-pymysql and mariadb-dump (mysqldump beside a given mysqld).
"""
import argparse
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import pymysql

HOME = pathlib.Path(__file__).resolve().parent.parent
PASSWORD = "reseed"
BASE = int(os.environ.get("BENCH_PORT", "24300"))
MYSQL, UI, API = BASE, BASE + 20, BASE + 40
SCHEMA = "bench"
SBTEST, DOCUMENTS = 4, 0.1  # tables; share of the bytes
BLOB = 40_000
NOT_PLAIN = ("--read-only=", "--init-file=", "--rpl-semi-sync-master-enabled=")  # accounts are there, nobody acknowledges
TRANSACTIONS = 10_100


def say(text):
    print(text, file=sys.stderr, flush=True)


def connect(node, **more):
    return pymysql.connect(host="127.0.0.1", port=MYSQL + node - 1, user="root", password=PASSWORD, autocommit=True,
                           **{"read_timeout": 600, **more})


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def cluster():
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{UI}/v1/cluster", timeout=3) as answer:
            return {node["name"]: node for node in json.load(answer)["nodes"]}
    except OSError:
        return {}


def await_state(states, seconds, processes):
    """Nodes by name, once each is in the state that it is to have."""
    deadline = time.monotonic() + seconds
    while True:
        nodes = cluster()
        if all(name in nodes and nodes[name]["state"] in wanted for name, wanted in states.items()):
            return nodes
        for process in processes:
            if process.poll() is not None:
                sys.exit(f"reseed: a process ended with {process.returncode}: {shlex.join(map(str, process.args))}")
        if time.monotonic() > deadline:
            sys.exit(f"reseed: after {seconds} s nodes are {[(n['name'], n['state'], n.get('reason')) for n in nodes.values()]}")
        time.sleep(0.1)


def fill(leader, megabytes):
    with connect(leader) as c:
        ask(c, f"CREATE DATABASE {SCHEMA}")
        ask(c, f"USE {SCHEMA}")
        ask(c, "CREATE TABLE digits (d INT PRIMARY KEY)")
        ask(c, "INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)")
        ask(c, "CREATE TABLE numbers (n INT PRIMARY KEY)")
        ask(c, "INSERT INTO numbers SELECT a.d+10*b.d+100*c.d+1000*d.d FROM digits a, digits b, digits c, digits d")
        digits = "LPAD(FLOOR(RAND()*99999999999),11,'0')"
        c_text, pad = (f"CONCAT_WS('-',{','.join([digits] * count)})" for count in (10, 5))
        rows = int(megabytes * (1 - DOCUMENTS) * 1e6 / 220 / SBTEST)  # 220 bytes a row, as the engine stores it
        for table in range(1, SBTEST + 1):
            ask(c, f"CREATE TABLE sbtest{table} (id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0,"
                   " c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id), KEY k (k))")
            for begin in range(0, rows, 10_000):
                ask(c, f"INSERT INTO sbtest{table} (k,c,pad) SELECT FLOOR(RAND()*{rows}),{c_text},{pad} FROM numbers"
                       f" LIMIT {min(10_000, rows - begin)}")
            say(f"  sbtest{table}: {rows} rows")
        ask(c, "CREATE TABLE documents (id BIGINT NOT NULL AUTO_INCREMENT, name VARCHAR(80) CHARACTER SET latin1 NOT NULL,"
               " kind ENUM('a','b','c') NOT NULL, price DECIMAL(10,2) NOT NULL, made DATETIME(3) NOT NULL,"
               " half DECIMAL(10,2) AS (price / 2) VIRTUAL, body MEDIUMBLOB NOT NULL, PRIMARY KEY (id),"
               " UNIQUE KEY name (name), KEY kind_price (kind, price), KEY made (made), KEY half (half))")
        for _ in range(int(megabytes * DOCUMENTS * 1e6 / BLOB / 100)):
            values = b",".join(b"(CONCAT('d',UUID()),1+FLOOR(RAND()*3),RAND()*1000,NOW(3) - INTERVAL RAND()*1e7 SECOND,x'"
                               + os.urandom(BLOB).hex().encode() + b"')" for _ in range(100))
            ask(c, b"INSERT INTO documents (name,kind,price,made,body) VALUES " + values)
        ask(c, "CREATE TABLE pulse (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT)")
        ask(c, "DROP TABLE digits, numbers")


def lengthen(leader):
    """An empty engine replays a history of up to 10,000 transactions instead of getting a copy."""
    missing = TRANSACTIONS - cluster()[f"node{leader}"]["committedSeq"]
    writers = [threading.Thread(target=pulse, args=(leader, missing // 16 + 1)) for _ in range(16 if missing > 0 else 0)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def pulse(leader, count):
    with connect(leader, database=SCHEMA) as c:
        for _ in range(count):
            ask(c, "INSERT INTO pulse (v) VALUES (1)")


def size(node):
    with connect(node) as c:
        return [int(n) for n in ask(c, "SELECT SUM(data_length), SUM(index_length), SUM(table_rows) FROM information_schema.tables"
                                       f" WHERE table_schema='{SCHEMA}'")[0]]


class Writer(threading.Thread):
    """Commits one row after the other through the leader and keeps the longest time that one took."""

    def __init__(self, leader):
        super().__init__(daemon=True)
        self.leader, self.stopped, self.longest, self.count = leader, threading.Event(), 0.0, 0

    def run(self):
        with connect(self.leader) as c:
            ask(c, f"USE {SCHEMA}")
            while not self.stopped.is_set():
                began = time.monotonic()
                ask(c, f"INSERT INTO pulse (v) VALUES ({self.count})")
                self.longest = max(self.longest, time.monotonic() - began)
                self.count += 1
                time.sleep(0.005)

    def end(self):
        self.stopped.set()
        self.join()


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak(pid):
    """Megabytes of resident memory, at most since it was forgotten."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1000


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def checksums(node):
    with connect(node) as c:
        tables = ", ".join(f"{SCHEMA}.{row[0]}" for row in ask(c, f"SHOW TABLES FROM {SCHEMA}"))
        return ask(c, f"CHECKSUM TABLE {tables}")


def baseline(directory, donor, command, megabytes, seconds):
    """What the new node's engine takes for a dump, and its files for a copy."""
    began = time.monotonic()
    shutil.copytree(directory / "data", directory / "copied", symlinks=True)
    subprocess.run(["sync", "-f", directory / "copied"], check=True)
    copied = time.monotonic() - began
    shutil.rmtree(directory / "copied")
    port = next(a.split("=")[1] for a in command if a.startswith("--port="))
    binary = pathlib.Path(command[0])
    dump = "mariadb-dump" if "mariadb" in binary.name else binary.parent / "mysqldump"
    client = "mariadb" if "mariadb" in binary.name else binary.parent / "mysql"
    login = ["-h127.0.0.1", "-uroot", f"-p{PASSWORD}"]
    with open(directory / "baseline.log", "w") as log:
        engine = subprocess.Popen([a for a in command if not a.startswith(NOT_PLAIN)], stdout=log, stderr=log)
    try:
        for _ in range(300):
            if subprocess.run([client, *login, f"-P{port}", "-e", f"DROP DATABASE {SCHEMA}; CREATE DATABASE {SCHEMA}"],
                              stderr=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(0.2)
        else:
            sys.exit(f"reseed: the plain engine does not answer; see {directory}/baseline.log")
        began = time.monotonic()
        source = subprocess.Popen([dump, *login, f"-P{MYSQL + donor - 1}", "--single-transaction", "--hex-blob", SCHEMA],
                                  stdout=subprocess.PIPE)
        subprocess.run([client, *login, f"-P{port}", SCHEMA, "--init-command=SET sql_log_bin=0"], stdin=source.stdout, check=True)
        dumped = time.monotonic() - began
    finally:
        engine.terminate()
        engine.wait()
    print(f"| mariadb-dump \\| mariadb | {dumped:.1f} | {megabytes / dumped:.1f} | {dumped / seconds:.2f} |")
    print(f"| cp and sync | {copied:.1f} | {megabytes / copied:.1f} | {copied / seconds:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--engine-binary")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    kept = options.dir
    home = kept or pathlib.Path(tempfile.mkdtemp(prefix="shareddb-reseed."))
    home.mkdir(parents=True, exist_ok=True)
    engine = ["--engine-binary", options.engine_binary] if options.engine_binary else []
    processes = []
    try:
        with open(home / "up.log", "w") as log:
            processes.append(subprocess.Popen(
                [HOME / "shareddb", "up", "--nodes", "2", "--dir", home / "cluster", "--password", PASSWORD, *engine,
                 "--mysql-port", str(MYSQL), "--ui-port", str(UI), "--api-port", str(API), "--set", "LEADER_TIMEOUT=10s"],
                stdout=log, stderr=log))
        nodes = await_state({"node1": ("LEADING", "FOLLOWING"), "node2": ("LEADING", "FOLLOWING")}, 180, processes)
        leader, donor = (1, 2) if nodes["node1"]["state"] == "LEADING" else (2, 1)
        with connect(leader) as c:
            known = ask(c, f"SHOW DATABASES LIKE '{SCHEMA}'")
        if not known:
            say(f"filling two nodes with {options.megabytes} MB")
            fill(leader, options.megabytes)
        lengthen(leader)
        run(home, options, engine, leader, donor, processes)
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGTERM)
            process.wait()
        if not kept:
            shutil.rmtree(home)


def run(home, options, engine, leader, donor, processes):
    with connect(leader) as c:
        ask(c, f"ANALYZE TABLE {', '.join(f'{SCHEMA}.sbtest{n + 1}' for n in range(SBTEST))}, {SCHEMA}.documents")
    directory = home / "node3"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    data, index, rows = size(leader)
    megabytes = data / 1e6
    nodes = cluster()
    donor_pid = nodes[f"node{donor}"]["operatorPid"]
    donor_engine = nodes[f"node{donor}"]["engine"]["pid"]
    forget_peak(donor_pid)
    writer = Writer(leader)
    writer.start()
    began = time.monotonic()
    spent = cpu(donor_pid), cpu(donor_engine)
    settings = {"DB_INIT_PASS": PASSWORD, "NODE_NAME": "node3", "DATA_DIR": str(directory), "EXT_DB_PORT": str(MYSQL + 2),
                "UI_PORT": str(UI + 2), "API_PORT": str(API + 4), "RAFT_PORT": str(API + 5), "LOG_FILE": str(directory / "operator.log"),
                "PEERS": f"127.0.0.1:{API},127.0.0.1:{API + 2}", "CLUSTER_SIZE": "2", "LEADER_TIMEOUT": "10s"}
    if engine:
        settings["ENGINE_BINARY"] = engine[1]
    with open(home / "node3.log", "w") as log:
        receiver = subprocess.Popen([HOME / "shareddb", "server"], env={**os.environ, **settings}, stdout=log, stderr=log)
    processes.append(receiver)
    await_state({"node3": ("RESEEDING",)}, 60, processes)
    copying = time.monotonic()
    shown = ""
    while (node := cluster()["node3"])["state"] != "FOLLOWING":
        if node["state"] == "RESEEDING" and node.get("reason") != shown and time.monotonic() - copying > 1:
            shown = node.get("reason")
            say(f"  {time.monotonic() - copying:6.1f} s  {node.get('copyPercent')} %  {shown}")
        if time.monotonic() - began > 900 or receiver.poll() is not None:
            sys.exit(f"reseed: the new node did not get there: {node}; see {directory}/operator.log")
        if "engine" in node and node["engine"]:
            receiver_engine = node["engine"]["pid"]
        time.sleep(0.25)
    ended = time.monotonic()
    seconds = ended - copying
    node = cluster()["node3"]
    receiver_pid, receiver_engine = node["operatorPid"], node["engine"]["pid"]
    writer.end()
    load = pathlib.Path("/proc/loadavg").read_text().split()[:3]
    print(f"{megabytes:.0f} MB of tables, {index / 1e6:.0f} MB of indexes, about {rows} rows; {node['engine']['version']}; load {' '.join(load)}\n")
    print("| copy | seconds | MB/s | ratio |\n|---|--:|--:|--:|")
    print(f"| reseed | {seconds:.1f} | {megabytes / seconds:.1f} | |")
    print(f"| from the new node's start to FOLLOWING | {ended - began:.1f} | | |")
    report = [
        f"longest time that one of {writer.count} commits took meanwhile: {writer.longest * 1000:.0f} ms",
        f"peak resident memory of operators: donor {peak(donor_pid):.0f} MB, receiver {peak(receiver_pid):.0f} MB",
        f"processor time: donor {cpu(donor_pid) - spent[0]:.1f} s + engine {cpu(donor_engine) - spent[1]:.1f} s,"
        f" receiver {cpu(receiver_pid):.1f} s + engine {cpu(receiver_engine):.1f} s",
    ]
    if options.check:
        seq = cluster()[f"node{leader}"]["committedSeq"]
        while cluster()["node3"]["appliedSeq"] < seq:
            time.sleep(0.1)
        same = checksums(leader) == checksums(3)
        report.append("checksums of all tables are the same" if same else "CHECKSUMS DIFFER")
    command = pathlib.Path(f"/proc/{receiver_engine}/cmdline").read_bytes().decode().split("\0")[:-1]
    removed = subprocess.run([HOME / "shareddb", "remove", "--url", f"http://127.0.0.1:{UI}", "node3"], capture_output=True, text=True)
    if removed.returncode != 0:
        say(removed.stdout + removed.stderr)
    receiver.terminate()
    receiver.wait()
    processes.remove(receiver)
    if not options.no_baseline:
        baseline(directory, donor, command, megabytes, seconds)
    print("\n" + "\n".join(report))
    print(subprocess.run(["uptime"], capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main()
