package io.shareddb.server;

import io.shareddb.cluster.role.RoleView;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.server.config.NodeConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a database when this node is the first ever to lead; a database that somebody dropped later does not come back. Thread-safe. */
final class InitialDatabase {
    private static final Logger log = LoggerFactory.getLogger(InitialDatabase.class);

    private final String name;
    private final TransactionArchive archive;
    private final EngineProcess engine;
    private final DataSourceFactory connections;
    private final AtomicBoolean begun = new AtomicBoolean();

    /** Watches {@code member}, if it has an engine, for the time to make what the settings ask for. */
    static void wanted(NodeConfig config, ClusterMember member) {
        config.access().initialDatabase().ifPresent(name -> member.engine().ifPresent(engine -> {
            InitialDatabase database = new InitialDatabase(name, member.archive(), engine, new AdministrationPool());
            member.role().addListener(database::onRole);
        }));
    }

    private InitialDatabase(
            String name, TransactionArchive archive, EngineProcess engine, DataSourceFactory connections) {
        this.name = name;
        this.archive = archive;
        this.engine = engine;
        this.connections = connections;
    }

    /** Looks whether now is the time; does not block. */
    void onRole(RoleView view) {
        if (view.writable() && archive.committed().seq() == 0 && begun.compareAndSet(false, true)) {
            Thread thread = new Thread(this::create, "initial-database");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void create() {
        try {
            EngineAccess access = engine.access();
            // New connections: only they write with the epoch's own server id.
            try (DataSourceFactory.Connections fresh =
                            connections.open(access.host(), access.port(), access.account());
                    Connection connection = fresh.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE IF NOT EXISTS `" + name + "`");
                log.info("created database {}", name);
            }
        } catch (SQLException | EngineException e) {
            log.warn("cannot create database {}: {}", name, e.toString());
            begun.set(false); // the next leader, or this one at its next change of role, tries again
        }
    }
}
