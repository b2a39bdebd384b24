package io.shareddb.server.proxy;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.engine.managed.ManagedEngineConfig;
import io.shareddb.server.accounts.EngineAccounts;
import io.shareddb.server.endtoend.EngineChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/** A real engine that takes writes without a log behind it. */
final class ProxyEngine implements AutoCloseable {
    static final Credentials CLIENT = new Credentials("root", "it's \\ sëcret");
    private static final Path CACHE = Path.of("target", "engines").toAbsolutePath();

    private final ManagedEngine process;
    private final int port;
    private String version = "";

    private ProxyEngine(ManagedEngine process, int port) {
        this.process = process;
        this.port = port;
    }

    static ProxyEngine started(Path directory) throws InterruptedException, SQLException {
        return started(directory, Optional.empty());
    }

    /** @param directory for several engines; a folder in it is made for {@code choice} */
    static ProxyEngine started(Path directory, EngineChoice choice) throws InterruptedException, SQLException {
        return started(directory.resolve(choice.folder()), choice.installed());
    }

    /** @param installed another engine than the packaged one */
    static ProxyEngine started(Path directory, Optional<EngineBinaries> installed)
            throws InterruptedException, SQLException {
        int port = freePort();
        ManagedEngine process = new ManagedEngine(ManagedEngineConfig.of(
                        directory,
                        CACHE,
                        installed.orElseGet(() -> EngineBinaries.ofClassPath(CACHE)),
                        port,
                        CLIENT,
                        ProxyEngine::connections)
                .withBufferPoolMegabytes(32));
        ProxyEngine engine = new ProxyEngine(process, port);
        try {
            process.start();
            engine.openForWrites();
            engine.version = engine.value("SELECT VERSION()");
            engine.execute("SET sql_log_bin=0", "CREATE DATABASE test");
            return engine;
        } catch (RuntimeException | SQLException | InterruptedException e) {
            engine.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    LocalEngine local() {
        return new LocalEngine("127.0.0.1", port, process.access().socket(), version, process.family());
    }

    /** A connection of the operator's. */
    Connection operator() throws SQLException {
        return process.access().administration().getConnection();
    }

    /** As the operator. */
    void execute(String... statements) throws SQLException {
        try (Connection connection = operator();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** First column of the first row, as the operator sees it. */
    String value(String sql) throws SQLException {
        try (Connection connection = operator()) {
            return value(connection, sql);
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "nothing";
        }
    }

    /** Connections of clients, the operator's left out. */
    long clients() throws SQLException {
        return Long.parseLong(
                value("SELECT COUNT(*) FROM information_schema.processlist WHERE user='" + CLIENT.user() + "'"));
    }

    void kill() {
        process.kill();
    }

    void start() throws InterruptedException, SQLException {
        process.start();
        openForWrites();
    }

    /** Makes tables that look like MariaDB's built-in {@code seq_1_to_N}, where there are none. */
    void sequences(int... lengths) throws SQLException {
        if (isMariaDb()) {
            return;
        }
        for (int length : lengths) {
            String table = "test.seq_1_to_" + length;
            execute(
                    "SET sql_log_bin = 0",
                    "SET cte_max_recursion_depth = " + length,
                    "CREATE TABLE " + table + " (seq BIGINT UNSIGNED NOT NULL PRIMARY KEY)",
                    "INSERT INTO " + table
                            + " WITH RECURSIVE s AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM s WHERE seq < "
                            + length + ") SELECT seq FROM s");
        }
    }

    /** Everything in its binlog. */
    String position() throws SQLException {
        return value(isMariaDb() ? "SELECT @@gtid_binlog_pos" : "SELECT REPLACE(@@gtid_executed, '\n', '')");
    }

    /** From now on it says that it has applied what {@code leader} has in its binlog, and nothing else. */
    void pretendToFollow(ProxyEngine leader) throws SQLException {
        pretendToHaveApplied(leader.position());
    }

    /** From now on it says that it has applied nothing. */
    void forgetHistory() throws SQLException {
        pretendToHaveApplied("");
    }

    private void pretendToHaveApplied(String position) throws SQLException {
        execute(
                isMariaDb() ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS",
                "SET GLOBAL " + (isMariaDb() ? "gtid_slave_pos" : "gtid_purged") + " = '" + position + "'");
    }

    private void openForWrites() throws SQLException {
        execute(
                isMariaDb() ? "SET GLOBAL rpl_semi_sync_master_enabled=0" : "SET GLOBAL super_read_only=0",
                "SET GLOBAL read_only=0");
    }

    boolean isMariaDb() {
        return process.family().name().equals("mariadb");
    }

    /** Where clients' accounts are. */
    EngineAccounts.Source accounts() {
        return new EngineAccounts.Source(
                process.access().administration(), process.family().accounts(), "127.0.0.1");
    }

    private static DataSourceFactory.Connections connections(String host, int port, Credentials account) {
        MysqlDataSource source = new MysqlDataSource();
        source.setUrl("jdbc:mysql://" + host + ":" + port + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true");
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

    static int freePort() {
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
