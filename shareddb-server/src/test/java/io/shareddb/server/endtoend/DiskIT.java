package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.storage.DiskLevel;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.config.Setting;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node whose disk becomes full. */
class DiskIT {
    private static final String PASSWORD = "small disk";
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void writesAreRefusedBeforeTheDiskIsFullAndGoOnByThemselves(EngineChoice engine) throws Exception {
        int port = FreePorts.block(4);
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 1_000);
                SharedDbNode node = engine.manage(SharedDbNode.builder())
                        .dataDirectory(disk.path().resolve("node"))
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
                assertThat(disk.free()).isGreaterThan(100L * MEGABYTE);
                assertThat(Engines.column(statement, "SELECT COUNT(*) FROM large"))
                        .containsExactly(String.valueOf(rows));

                disk.fill(); // somebody else takes the rest: nothing of ours may break
                assertThat(Engines.column(statement, "SELECT COUNT(*) FROM large"))
                        .containsExactly(String.valueOf(rows));
                disk.empty();

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

    private static Connection connect(int port) throws SQLException {
        String url = "jdbc:mysql://127.0.0.1:" + port + "/test"
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=60000";
        return DriverManager.getConnection(url, "root", PASSWORD);
    }
}
