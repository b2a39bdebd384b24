package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.shareddb.cluster.storage.DiskLevel;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node whose disk becomes full: a small file system in memory, which takes the privilege to mount one. */
class DiskIT {
    private static final String PASSWORD = "small disk";
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path directory;

    private Path disk = Path.of("");
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1000m", "shareddb-test", disk.toString());
        assumeThat(mounted).as("may mount a file system").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void writesAreRefusedBeforeTheDiskIsFullAndGoOnByThemselves(EngineChoice engine) throws Exception {
        int port = FreePorts.block(4);
        try (SharedDbNode node = engine.manage(SharedDbNode.builder())
                .dataDirectory(disk.resolve("node"))
                .password(PASSWORD)
                .ports(port, port + 1, port + 2, port + 3)
                .set(Setting.DISK_WARN, "300MB")
                .set(Setting.DISK_REFUSE, "200MB")
                .set(Setting.INIT_DB_NAME, "test")
                .start()) {
            node.awaitReady(Duration.ofMinutes(3));
            Poll.until("the database is there", Duration.ofMinutes(1), () -> {
                try (Connection connection = connect(port)) {
                    return connection.isValid(1);
                }
            });
            try (Connection connection = connect(port);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE large (id INT PRIMARY KEY AUTO_INCREMENT, v LONGBLOB)");
                statement.execute("CREATE TABLE small (id INT PRIMARY KEY AUTO_INCREMENT, v INT)");
                int rows = fillUntilRefused(connection);
                assertThat(Objects.requireNonNull(node.status().disk()).level()).isEqualTo(DiskLevel.REFUSE);
                assertThat(free()).isGreaterThan(100L * MEGABYTE);
                assertThat(Engines.column(statement, "SELECT COUNT(*) FROM large"))
                        .containsExactly(String.valueOf(rows));

                fillByHand(); // somebody else takes the rest: nothing of ours may break
                assertThat(Engines.column(statement, "SELECT COUNT(*) FROM large"))
                        .containsExactly(String.valueOf(rows));
                Files.delete(disk.resolve("filler"));

                statement.execute("DROP TABLE large");
                Poll.until(() -> "writes go on: " + node.status(), Duration.ofMinutes(1), () -> {
                    statement.execute("INSERT INTO small (v) VALUES (1)");
                    return true;
                });
            }
        }
    }

    /** @return how many rows are there */
    private static int fillUntilRefused(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO large (v) VALUES (?)")) {
            insert.setBytes(1, new byte[MEGABYTE]);
            for (int rows = 0; rows < 1_000; rows++) {
                try {
                    insert.executeUpdate();
                } catch (SQLException e) {
                    assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(1021);
                    return rows;
                }
            }
        }
        throw new AssertionError("1,000 rows of 1 MB found room");
    }

    private void fillByHand() throws IOException {
        try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
            while (free() > 0) {
                out.write(new byte[(int) Math.min(free(), MEGABYTE)]);
            }
        } catch (IOException e) {
            assertThat(free()).isLessThan(MEGABYTE); // that is what was wanted
        }
    }

    private long free() throws IOException {
        FileStore store = Files.getFileStore(disk);
        return store.getUsableSpace();
    }

    private static Connection connect(int port) throws SQLException {
        String url = "jdbc:mysql://127.0.0.1:" + port + "/test"
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=60000";
        return DriverManager.getConnection(url, "root", PASSWORD);
    }
}
