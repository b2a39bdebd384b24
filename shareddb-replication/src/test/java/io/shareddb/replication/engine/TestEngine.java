package io.shareddb.replication.engine;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.engine.managed.ManagedEngineConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A managed engine with small settings, and SQL on it. */
public final class TestEngine implements AutoCloseable {
    public static final Path CACHE = Path.of("target", "engines").toAbsolutePath();
    public static final Credentials CLIENT = new Credentials("root", "it's \\ sëcret");

    private final ManagedEngineConfig config;
    private final ManagedEngine process;

    public TestEngine(Path directory) {
        this(config(directory));
    }

    public TestEngine(ManagedEngineConfig config) {
        this.config = config;
        this.process = new ManagedEngine(config);
    }

    public static ManagedEngineConfig config(Path directory) {
        return config(directory, EngineBinaries.ofClassPath(CACHE));
    }

    public static ManagedEngineConfig config(Path directory, EngineBinaries binaries) {
        return ManagedEngineConfig.of(directory, CACHE, binaries, freePort(), CLIENT, new TestConnections())
                .withBufferPoolMegabytes(32);
    }

    public static TestEngine started(Path directory) throws InterruptedException {
        return started(new TestEngine(directory));
    }

    public static TestEngine started(Path directory, TestEngines.Choice choice) throws InterruptedException {
        return started(new TestEngine(config(directory, choice.binaries())));
    }

    private static TestEngine started(TestEngine engine) throws InterruptedException {
        engine.process.start();
        engine.administration().prepare();
        return engine;
    }

    public ManagedEngine process() {
        return process;
    }

    public int port() {
        return config.port();
    }

    public Engine administration() {
        return process.family().administer(process.access());
    }

    public Connection asClient() throws SQLException {
        return TestConnections.of("127.0.0.1", config.port(), CLIENT).getConnection();
    }

    public Connection asOperator() throws SQLException {
        return process.access().administration().getConnection();
    }

    /** As the operator, unlogged. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = asOperator();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin=0");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public List<List<@Nullable String>> query(String sql) throws SQLException {
        try (Connection connection = asOperator()) {
            return query(connection, sql);
        }
    }

    public static List<List<@Nullable String>> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    public String value(String sql) throws SQLException {
        return String.valueOf(query(sql).get(0).get(0));
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
