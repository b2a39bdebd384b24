package io.shareddb.server.endtoend;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.engine.managed.ManagedEngineConfig;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A MariaDB or MySQL server as somebody would run it who knows nothing of operators: its own process, its own configuration. */
final class ExternalServer implements AutoCloseable {
    /** What the documentation asks for on MariaDB. */
    static final List<String> DOCUMENTED =
            List.of("--log-bin", "--init-rpl-role=SLAVE", "--skip-slave-start", "--read-only=1");

    static final String OPTIONS = "/?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=30000";

    /** Of each copied data directory, made anew by the server. */
    private static final String IDENTITY = "auto.cnf";

    private final EngineBinaries binaries;
    private final Path directory;
    private final List<String> options;
    private int port;
    private String address = "127.0.0.1";
    private @Nullable Process process;

    /** What a server of this kind needs in its configuration: nothing for MySQL. */
    static List<String> documented(EngineBinaries binaries) {
        return binaries.product() == EngineBinaries.Product.MARIADB ? DOCUMENTED : List.of();
    }

    /**
     * Makes the data directory of a new server as somebody installs it, with an account for root and none for operators.
     *
     * @param folder does not exist
     */
    static Path template(EngineBinaries binaries, Path folder) throws InterruptedException, SQLException {
        try (ManagedEngine engine = new ManagedEngine(ManagedEngineConfig.of(
                folder,
                EngineChoice.CACHE,
                binaries,
                FreePorts.block(1),
                new Credentials("root", ExternalEngineIT.PASSWORD),
                ExternalServer::unpooled))) {
            engine.start();
            try (Connection connection = engine.access().administration().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET sql_log_bin=0");
                if (binaries.product() == EngineBinaries.Product.MYSQL) {
                    statement.execute("SET GLOBAL super_read_only=0");
                }
                statement.execute("DROP USER "
                        + String.join(
                                ", ",
                                Engines.column(
                                        statement,
                                        "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user"
                                                + " WHERE user='shareddb_operator'")));
            }
            engine.stop(Duration.ofSeconds(20));
        }
        return folder.resolve("data");
    }

    private static DataSourceFactory.Connections unpooled(String host, int port, Credentials account) {
        MysqlDataSource source = new MysqlDataSource();
        source.setUrl("jdbc:mysql://" + host + ":" + port + OPTIONS);
        source.setUser(account.user());
        source.setPassword(account.password());
        return new DataSourceFactory.Connections() {
            @Override
            public DataSource dataSource() {
                return source;
            }

            @Override
            public void close() {}
        };
    }

    /** @param data of a new engine of the same version; copied */
    ExternalServer(EngineBinaries binaries, Path data, Path directory, int port, List<String> options)
            throws IOException {
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
        this.options = options;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Path copy =
                        directory.resolve("data").resolve(data.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (!file.endsWith(IDENTITY)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    int port() {
        return port;
    }

    /** Where its next start listens: another port, or another address of this machine. */
    void move(String toAddress, int toPort) {
        address = toAddress;
        port = toPort;
    }

    /** Starts it and waits until it answers. */
    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.server().toString()));
        if (binaries.product() == EngineBinaries.Product.MARIADB) {
            command.addAll(List.of(
                    "--no-defaults",
                    "--basedir=" + binaries.base(),
                    "--lc-messages-dir=" + binaries.share(),
                    "--skip-ssl"));
        } else {
            command.addAll(List.of("--mysqlx=OFF", "--auto-generate-certs=OFF", "--secure-file-priv="));
        }
        command.addAll(List.of(
                "--user=root",
                "--datadir=" + directory.resolve("data"),
                "--socket=" + directory.resolve("s"),
                "--port=" + port,
                "--bind-address=" + address,
                "--innodb-buffer-pool-size=32M"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        Poll.until(() -> "engine on port " + port + " answers", Duration.ofSeconds(60), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 500);
                return true;
            }
        });
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    /** Past its node. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "root", ExternalEngineIT.PASSWORD);
    }

    /** For JDBC, without account. */
    String url() {
        return "jdbc:mysql://" + address + ":" + port + OPTIONS;
    }

    @Override
    public void close() {
        kill();
    }
}
