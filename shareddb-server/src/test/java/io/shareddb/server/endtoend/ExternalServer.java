package io.shareddb.server.endtoend;

import io.shareddb.replication.engine.managed.EngineBinaries;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A MariaDB or MySQL server as somebody would run it who knows nothing of operators: its own process, its own configuration. */
final class ExternalServer implements AutoCloseable {
    /** What the documentation asks for on MariaDB. */
    static final List<String> DOCUMENTED =
            List.of("--log-bin", "--init-rpl-role=SLAVE", "--skip-slave-start", "--read-only=1");

    /** Of each copied data directory, made anew by the server. */
    private static final String IDENTITY = "auto.cnf";

    private final EngineBinaries binaries;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

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
                "--bind-address=127.0.0.1",
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
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return true;
            }
        });
    }

    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "root", ExternalEngineIT.PASSWORD);
    }

    /** For JDBC, without account. */
    String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=30000";
    }

    @Override
    public void close() {
        kill();
    }
}
