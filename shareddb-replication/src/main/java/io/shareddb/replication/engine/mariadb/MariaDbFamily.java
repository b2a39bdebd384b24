package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.AccountDialect;
import io.shareddb.replication.engine.CaptureDialect;
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
import io.shareddb.replication.engine.sql.TableStatementPolicy;

/** MariaDB 10.6 and newer. */
public final class MariaDbFamily implements EngineFamily {
    static final String NAME = "mariadb";

    private static final AccountDialect ACCOUNTS = new MariaDbAccountDialect();
    private static final SessionDialect SESSIONS = new MariaDbSessionDialect();
    private static final StatementPolicy STATEMENTS = new TableStatementPolicy(RefusedStatements.TABLE);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String product() {
        return "MariaDB";
    }

    @Override
    public Gtid gtid(String text) {
        return MariaDbGtid.parse(text);
    }

    @Override
    public EnginePosition position(String text) {
        return MariaDbPosition.parse(text);
    }

    @Override
    public boolean continues(EngineState state, EnginePosition end, long epoch) {
        return state.originated()
                .map(MariaDbGtid.class::cast)
                .filter(last -> last.server() == ServerIds.of(epoch))
                .filter(last -> !end.contains(last))
                .isPresent();
    }

    @Override
    public CaptureDialect capture() {
        return new MariaDbCaptureDialect();
    }

    @Override
    public RelayDialect relay() {
        return new MariaDbRelayDialect();
    }

    @Override
    public SessionDialect sessions() {
        return SESSIONS;
    }

    @Override
    public AccountDialect accounts() {
        return ACCOUNTS;
    }

    @Override
    public StatementPolicy statements() {
        return STATEMENTS;
    }

    @Override
    public FileStage fileStage() {
        return new MariaDbFileStage();
    }

    @Override
    public Engine administer(EngineAccess access) {
        return new MariaDbEngine(access);
    }
}
