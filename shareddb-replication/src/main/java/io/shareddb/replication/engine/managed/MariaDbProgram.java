package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineVersion;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How {@code mariadbd} is run. */
final class MariaDbProgram implements EngineProgram {
    private static final List<String> VERSION_FILES = List.of("mariadb_upgrade_info", "mysql_upgrade_info");

    @Override
    public String product() {
        return "MariaDB";
    }

    @Override
    public EngineFamily family() {
        return new MariaDbFamily();
    }

    @Override
    public List<String> options(EngineBinaries binaries) {
        return List.of(
                "--basedir=" + binaries.base(),
                "--lc-messages-dir=" + binaries.share(),
                "--proxy-protocol-networks=localhost", // on its socket the proxy says where clients are
                "--skip-ssl", // a self-made key costs seconds of a start; the proxy ends TLS
                "--slave-max-allowed-packet=1G",
                "--binlog-format=ROW",
                "--binlog-annotate-row-events=OFF",
                "--gtid-domain-id=0",
                "--gtid-strict-mode=1",
                // A restart after a crash cuts what nobody acknowledged, and takes it again from the log when it is
                // there.
                "--init-rpl-role=SLAVE",
                "--replicate-same-server-id=1",
                "--skip-log-slave-updates",
                "--skip-slave-start",
                // Not while it starts: recovery writes a change of definitions that it finishes to the binlog, where it
                // would wait for ever.
                "--rpl-semi-sync-master-enabled=0",
                "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                "--rpl-semi-sync-master-wait-no-slave=1",
                "--rpl-semi-sync-master-timeout=18446744073709551615",
                "--slave-parallel-mode=optimistic",
                "--slave-transaction-retries=1000",
                "--slave-net-timeout=10");
    }

    @Override
    public void create(EngineBinaries binaries, Path data, Path workFolder) throws IOException {
        SystemTables.create(binaries, data, workFolder);
        Files.writeString(data.resolve(VERSION_FILES.get(0)), binaries.version() + "-MariaDB");
    }

    @Override
    public boolean isData(Path data) {
        return Files.isDirectory(data.resolve("mysql"))
                && Files.isRegularFile(data.resolve("ibdata1"))
                && !Files.exists(data.resolve("mysql.ibd"));
    }

    /** Empty for a package that does not write it: the engine itself refuses what it cannot read. */
    @Override
    public Optional<EngineVersion> dataVersion(Path data) throws IOException {
        for (String name : VERSION_FILES) {
            Path file = data.resolve(name);
            if (Files.isRegularFile(file)) {
                return Optional.of(EngineVersion.in(Files.readString(file, StandardCharsets.UTF_8)));
            }
        }
        return Optional.empty();
    }

    @Override
    public String accounts(Credentials operator, Credentials clients, boolean first) {
        return Accounts.mariaDb(operator, clients, first);
    }

    /** {@code --init-rpl-role=SLAVE} does it. */
    @Override
    public void cutTail(Path data, Supplier<EnginePosition> committed) {}
}
