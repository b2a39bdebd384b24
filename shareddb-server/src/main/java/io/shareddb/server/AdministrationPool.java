package io.shareddb.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Small pools of Connector/J connections, with which operators administer their engines. Stateless. */
final class AdministrationPool implements DataSourceFactory {
    private static final int MAX_CONNECTIONS = 6;
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(30);

    @Override
    public Connections open(String host, int port, Credentials account) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("administration-" + port);
        config.setJdbcUrl("jdbc:mysql://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/");
        config.setUsername(account.user());
        config.setPassword(account.password());
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setConnectionTimeout(WAIT.toMillis());
        config.setInitializationFailTimeout(-1); // the engine may not run yet
        config.setThreadFactory(daemons(port));
        // Loopback, or a network of the engine and its operator alone: no TLS, which costs a CPU-bound handshake.
        config.addDataSourceProperty("sslMode", "DISABLED");
        config.addDataSourceProperty("allowPublicKeyRetrieval", "true");
        config.addDataSourceProperty("connectTimeout", "3000");
        // Connector/J would ask for MySQL's own default collation, which MariaDB does not have in every version.
        config.addDataSourceProperty("connectionCollation", "utf8mb4_general_ci");
        // Definitions may be long. Rows do not come this way.
        config.addDataSourceProperty("maxAllowedPacket", String.valueOf(256 << 20));
        return new Pool(new HikariDataSource(config));
    }

    private static ThreadFactory daemons(int port) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "administration-" + port + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private record Pool(HikariDataSource pool) implements Connections {
        @Override
        public DataSource dataSource() {
            return pool;
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
