package io.shareddb.replication.engine.managed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a managed engine: what all kinds understand, then their own. What a role changes at run time begins with the follower's value. */
final class EngineOptions {
    /** Connections beyond the clients': the operator's own, so that it gets in when clients have taken all of theirs. */
    private static final int OPERATOR_CONNECTIONS = 32;

    /** The path of a Unix socket has at most 107 bytes. */
    private static final int MAX_SOCKET_PATH = 100;

    private EngineOptions() {}

    static List<String> of(ManagedEngineConfig config, Path data, Path initFile) {
        EngineBinaries binaries = config.binaries();
        List<String> all = new ArrayList<>(binaries.command());
        runAsOwner(all);
        all.addAll(List.of(
                dataOption(data),
                "--init-file=" + initFile,
                "--pid-file=" + data.resolve("engine.pid"),
                "--tmpdir=" + temporary(config.directory()), // a starting engine deletes temporary tables that it finds
                "--socket=" + socket(config.directory()),
                "--bind-address=127.0.0.1",
                "--port=" + config.port(),
                "--skip-name-resolve",
                "--max-connections=" + (config.maxConnections() + OPERATOR_CONNECTIONS),
                "--max-allowed-packet=256M",
                "--character-set-server=utf8mb4",
                "--default-time-zone=+00:00", // the machine's own differs between nodes
                "--local-infile=1",
                "--performance-schema=OFF",
                "--innodb-buffer-pool-size=" + config.bufferPoolMegabytes() + "M",
                "--server-id=1",
                "--log-bin=binlog",
                "--binlog-row-image=FULL",
                "--binlog-row-metadata=FULL",
                "--binlog-checksum=CRC32",
                "--max-binlog-size=256M",
                "--binlog-expire-logs-seconds=3600", // read once by the capture; the history is in the operator's log
                "--log-bin-trust-function-creators=1",
                "--event-scheduler=OFF",
                "--read-only=1",
                "--sync-binlog=0",
                "--innodb-flush-log-at-trx-commit=2",
                "--relay-log=relay",
                "--relay-log-recovery=1"));
        all.addAll(binaries.product().program().options(binaries));
        all.addAll(config.options());
        return all;
    }

    /** How a process is recognised as the one that works on {@code data}. */
    static String dataOption(Path data) {
        return "--datadir=" + data;
    }

    /** Of this engine alone: in a shared folder, engines take each other's temporary tables for left-overs. */
    static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    /** The engine runs as root only if it is told to. */
    static void runAsOwner(List<String> command) {
        try {
            if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                command.add("--user=root");
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return; // no Linux: the engine says itself what it needs
        }
    }

    /** Where the engine listens for programs of its machine. */
    static Path socket(Path directory) {
        Path beside = directory.resolve("engine.sock");
        return beside.toString().length() <= MAX_SOCKET_PATH
                ? beside
                : Path.of(
                        System.getProperty("java.io.tmpdir", "/tmp"),
                        "shareddb-" + Integer.toHexString(directory.hashCode()) + ".sock");
    }
}
