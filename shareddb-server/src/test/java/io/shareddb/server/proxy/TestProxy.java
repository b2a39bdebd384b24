package io.shareddb.server.proxy;

import io.shareddb.replication.engine.Credentials;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A proxy before a {@link FakeCluster}. */
final class TestProxy implements AutoCloseable {
    static final PeerCredentials PEERS = PeerCredentials.of("the cluster's key", Optional.empty());

    final FakeCluster cluster;
    final MySqlProxy proxy;

    TestProxy() throws IOException {
        this(config());
    }

    TestProxy(ProxyConfig config) throws IOException {
        this(config, Accounts.single(ProxyEngine.CLIENT));
    }

    TestProxy(ProxyConfig config, Accounts accounts) throws IOException {
        cluster = new FakeCluster();
        proxy = MySqlProxy.start(config, cluster, cluster, accounts, PEERS);
    }

    /** Of a node that leads, with {@code engine}. */
    static TestProxy leading(ProxyEngine engine) throws IOException {
        return leading(engine, config());
    }

    static TestProxy leading(ProxyEngine engine, ProxyConfig config) throws IOException {
        return leading(engine, config, Accounts.single(ProxyEngine.CLIENT));
    }

    static TestProxy leading(ProxyEngine engine, ProxyConfig config, Accounts accounts) throws IOException {
        TestProxy proxy = new TestProxy(config, accounts);
        proxy.cluster.engine(engine.local());
        proxy.cluster.leading(1);
        return proxy;
    }

    /** Of a node that follows {@code leader}, with {@code engine}; it may be the leader's, as nothing is replicated. */
    static TestProxy following(TestProxy leader, ProxyEngine engine) throws IOException {
        return following(leader, engine, config());
    }

    static TestProxy following(TestProxy leader, ProxyEngine engine, ProxyConfig config) throws IOException {
        return following(leader, engine, config, Accounts.single(ProxyEngine.CLIENT));
    }

    static TestProxy following(TestProxy leader, ProxyEngine engine, ProxyConfig config, Accounts accounts)
            throws IOException {
        TestProxy proxy = new TestProxy(config, accounts);
        proxy.cluster.engine(engine.local());
        proxy.cluster.following(1, FakeCluster.B, leader.port());
        return proxy;
    }

    static ProxyConfig config() {
        return ProxyConfig.of("127.0.0.1", 0, Whitelist.parse("127.0.0.1"))
                .withWaits(Duration.ofSeconds(2), Duration.ofMillis(200));
    }

    int port() {
        return proxy.port();
    }

    Connection connect() throws SQLException {
        return connect("");
    }

    /** @param options of the driver, each beginning with {@code &} */
    Connection connect(String options) throws SQLException {
        return connect(port(), ProxyEngine.CLIENT, options);
    }

    /** To a proxy or an engine. */
    static Connection connect(int port, Credentials as, String options) throws SQLException {
        return connectTo(port, "test", as, options);
    }

    /** The same to another database than {@code test}; empty for none. */
    static Connection connectTo(int port, String database, Credentials as, String options) throws SQLException {
        Properties account = new Properties();
        account.setProperty("user", as.user());
        account.setProperty("password", as.password());
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?sslMode=DISABLED&allowPublicKeyRetrieval=true"
                        + options,
                account);
    }

    static void eventually(Callable<Boolean> condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within 10 s");
                }
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        proxy.close();
    }
}
