package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes a data directory with the system tables and nothing else: no account that can log in, no test database. Does what
 * {@code mariadb-install-db} does, without a shell and the tools it calls.
 */
final class SystemTables {
    private static final List<String> SCRIPTS = List.of(
            "system_tables.sql",
            "performance_tables.sql",
            "system_tables_data.sql",
            "fill_help_tables.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "sys_schema.sql");
    private static final int LIMIT_SECONDS = 120;

    private SystemTables() {}

    /** Fills {@code data}, which exists and is empty. The file {@code bootstrap.log} stays beside. */
    static void create(EngineBinaries binaries, Path data, Path workFolder) throws IOException {
        Path sql = workFolder.resolve("bootstrap.sql");
        Path logFile = workFolder.resolve("bootstrap.log");
        try (BufferedWriter out = Files.newBufferedWriter(sql, StandardCharsets.ISO_8859_1)) {
            writeSql(binaries, out);
        }
        List<String> command = new ArrayList<>(binaries.command());
        command.addAll(List.of(
                "--bootstrap",
                "--basedir=" + binaries.base(),
                "--datadir=" + data,
                "--tmpdir=" + workFolder,
                "--lc-messages-dir=" + binaries.share(),
                "--enforce-storage-engine=",
                "--log-warnings=0",
                "--max-allowed-packet=64M",
                "--net-buffer-length=16K",
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=16M",
                "--innodb-flush-log-at-trx-commit=0"));
        EngineOptions.runAsOwner(command);
        Process process = new ProcessBuilder(command)
                .redirectInput(sql.toFile())
                .redirectErrorStream(true)
                .redirectOutput(logFile.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw failed("took more than " + LIMIT_SECONDS + "s", logFile);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the system tables were made", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed("exit code " + process.exitValue(), logFile);
        }
        Files.delete(sql);
    }

    /** The scripts are of several encodings in comments and help texts; bytes pass through. */
    private static void writeSql(EngineBinaries binaries, Writer out) throws IOException {
        out.write("CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
        for (String name : SCRIPTS) {
            Path script = binaries.script(name).orElse(null);
            if (script == null) {
                continue; // 10.x has fewer; a missing essential one makes the next fail
            }
            for (String line : Files.readAllLines(script, StandardCharsets.ISO_8859_1)) {
                if (!line.contains("@current_hostname")) {
                    out.write(line);
                    out.write('\n');
                }
            }
        }
        out.write("USE mysql;\n");
        TimeZoneTables.write(out);
        out.write("DELETE FROM mysql.global_priv WHERE User<>'mariadb.sys';\n");
        out.write("DELETE FROM mysql.proxies_priv;\n");
    }

    private static EngineException failed(String what, Path logFile) {
        return new EngineException("cannot make the system tables: " + what + "; " + EngineLog.tail(logFile));
    }
}
