package io.shareddb.cluster.role;

import io.shareddb.replication.engine.AccountDialect;
import io.shareddb.replication.engine.CaptureDialect;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.FileStage;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import java.lang.reflect.Proxy;
import java.util.Optional;
import javax.sql.DataSource;

/** What engines that are only in memory have in common: MariaDB's family, whose administered engine they are, and nothing to connect to. */
public record EngineInMemory(Engine administered) implements EngineFamily {
    private static final EngineFamily MARIADB = new MariaDbFamily();
    private static final DataSource NO_CONNECTIONS = (DataSource) Proxy.newProxyInstance(
            EngineInMemory.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                throw new AssertionError("nobody connects to an engine in memory: " + method.getName());
            });

    /** Where it would be. */
    public static EngineAccess access(boolean managed) {
        return new EngineAccess(
                "127.0.0.1", 3306, Optional.empty(), new Credentials("operator", "secret"), NO_CONNECTIONS, managed);
    }

    @Override
    public String name() {
        return MARIADB.name();
    }

    @Override
    public String product() {
        return MARIADB.product();
    }

    @Override
    public Gtid gtid(String text) {
        return MARIADB.gtid(text);
    }

    @Override
    public EnginePosition position(String text) {
        return MARIADB.position(text);
    }

    @Override
    public boolean continues(EngineState state, EnginePosition end, long epoch) {
        return MARIADB.continues(state, end, epoch);
    }

    @Override
    public CaptureDialect capture() {
        return MARIADB.capture();
    }

    @Override
    public RelayDialect relay() {
        return MARIADB.relay();
    }

    @Override
    public SessionDialect sessions() {
        return MARIADB.sessions();
    }

    @Override
    public AccountDialect accounts() {
        return MARIADB.accounts();
    }

    @Override
    public StatementPolicy statements() {
        return MARIADB.statements();
    }

    @Override
    public FileStage fileStage() {
        return MARIADB.fileStage();
    }

    @Override
    public Engine administer(EngineAccess access) {
        return administered;
    }
}
