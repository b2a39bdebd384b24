package io.shareddb.replication.engine;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections without a pool. */
public final class TestConnections implements DataSourceFactory {
    @Override
    public Connections open(String host, int port, Credentials account) {
        DataSource source = of(host, port, account);
        return new Connections() {
            @Override
            public DataSource dataSource() {
                return source;
            }

            @Override
            public void close() {}
        };
    }

    public static DataSource of(String host, int port, Credentials account) {
        MysqlDataSource source = new MysqlDataSource();
        source.setServerName(host);
        source.setPort(port);
        source.setUser(account.user());
        source.setPassword(account.password());
        try {
            source.setSslMode("DISABLED");
            source.setAllowPublicKeyRetrieval(true);
            source.setConnectTimeout(5_000);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return source;
    }
}
