package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineVersion;
import io.shareddb.replication.engine.mysql.BinlogTail;
import io.shareddb.replication.engine.mysql.MySqlFamily;
import io.shareddb.replication.folder.Folders;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How {@code mysqld} is run. What it would remember of {@code SET PERSIST} it does not read; so all is on its command line. */
final class MySqlProgram implements EngineProgram {
    private static final int LIMIT_SECONDS = 120;
    /** Holds the engine's {@code server_uuid}; made anew where there is none. */
    private static final String IDENTITY = "auto.cnf";

    @Override
    public String product() {
        return "MySQL";
    }

    @Override
    public EngineFamily family() {
        return new MySqlFamily();
    }

    @Override
    public List<String> options(EngineBinaries binaries) {
        return List.of(
                "--tls-version=", // none: the proxy ends TLS
                "--auto-generate-certs=OFF",
                "--mysqlx=OFF",
                "--secure-file-priv=", // as on MariaDB
                "--replica-max-allowed-packet=1G",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--log-replica-updates=OFF",
                "--skip-replica-start",
                "--loose-replica-parallel-type=LOGICAL_CLOCK", // the default since 8.0.27
                "--replica-preserve-commit-order=ON",
                "--replica-transaction-retries=1000",
                "--replica-net-timeout=10",
                "--plugin-load-add=semisync_source.so",
                "--plugin-load-add=mysql_clone.so", // without it, copies of files are not given
                "--loose-rpl-semi-sync-source-wait-point=AFTER_SYNC",
                "--loose-rpl-semi-sync-source-wait-no-replica=1",
                "--loose-rpl-semi-sync-source-timeout=18446744073709551615");
    }

    @Override
    public void create(EngineBinaries binaries, Path data, Path workFolder) throws IOException {
        Path sql = workFolder.resolve("time-zones.sql");
        Path logFile = workFolder.resolve("initialize.log");
        try (Writer out = Files.newBufferedWriter(sql, StandardCharsets.UTF_8)) {
            TimeZoneTables.write(out);
        }
        List<String> command = new ArrayList<>(binaries.command());
        EngineOptions.runAsOwner(command);
        command.addAll(List.of(
                "--initialize-insecure",
                EngineOptions.dataOption(data),
                "--init-file=" + sql,
                "--skip-log-bin",
                "--tls-version=",
                "--auto-generate-certs=OFF",
                "--secure-file-priv=",
                "--performance-schema=OFF",
                "--loose-innodb-redo-log-capacity=32M"));
        Process process = new ProcessBuilder(command)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(logFile.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new EngineException("cannot make the system tables: took more than " + LIMIT_SECONDS + "s; "
                        + EngineLog.tail(logFile));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the system tables were made", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new EngineException(
                    "cannot make the system tables: exit code " + process.exitValue() + "; " + EngineLog.tail(logFile));
        }
        Files.deleteIfExists(data.resolve(IDENTITY)); // each copy gets its own
        Files.delete(sql);
    }

    @Override
    public boolean isData(Path data) {
        return Files.isRegularFile(data.resolve("mysql.ibd")) && Files.isRegularFile(data.resolve("ibdata1"));
    }

    /** A newer server brings older data up to date by itself, and an older one refuses newer data by itself. */
    @Override
    public Optional<EngineVersion> dataVersion(Path data) {
        return Optional.empty();
    }

    @Override
    public String accounts(Credentials operator, Credentials clients, boolean first) {
        return Accounts.mySql(operator, clients, first);
    }

    /**
     * When something was cut, the engine gets a new identity: its numbers begin anew, so the GTID of what was cut never names
     * another transaction.
     */
    @Override
    public void cutTail(Path data, Supplier<EnginePosition> committed) throws IOException {
        if (BinlogTail.of(data, "binlog").cut(committed.get())) {
            Files.deleteIfExists(data.resolve(IDENTITY));
            Folders.force(data);
        }
    }
}
