package io.shareddb.replication.engine;

import javax.sql.DataSource;

/**
 * Makes connections to engines: the modules know {@code javax.sql} only, whoever assembles a node chooses driver and pool.
 * Thread-safe.
 */
@FunctionalInterface
public interface DataSourceFactory {
    /**
     * Does not connect yet; may be called before the engine runs.
     *
     * @param host address or name
     * @param port TCP port
     * @param account who to log in as
     */
    Connections open(String host, int port, Credentials account);

    /** Connections to one engine as one account. The owner closes it, which closes idle connections. */
    interface Connections extends AutoCloseable {
        /** UTF-8, no default database, autocommit on; usable until {@link #close}. */
        DataSource dataSource();

        @Override
        void close();
    }
}
