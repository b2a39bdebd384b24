package io.shareddb.replication.engine.mysql;

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

/** MySQL 8.0.26 and newer. */
public final class MySqlFamily implements EngineFamily {
    static final String NAME = "mysql";

    private static final AccountDialect ACCOUNTS = new MySqlAccountDialect();
    private static final SessionDialect SESSIONS = new MySqlSessionDialect();
    private static final StatementPolicy STATEMENTS = new TableStatementPolicy(RefusedStatements.TABLE);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String product() {
        return "MySQL";
    }

    @Override
    public Gtid gtid(String text) {
        return MySqlTransactionId.parse(text);
    }

    @Override
    public EnginePosition position(String text) {
        return MySqlPosition.parse(text);
    }

    @Override
    public boolean continues(EngineState state, EnginePosition end, long epoch) {
        return ((MySqlPosition) end)
                .minus((MySqlPosition) state.applied())
                .set()
                .isEmpty();
    }

    @Override
    public CaptureDialect capture() {
        return new MySqlCaptureDialect();
    }

    @Override
    public RelayDialect relay() {
        return new MySqlRelayDialect();
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
        return new MySqlFileStage();
    }

    @Override
    public Engine administer(EngineAccess access) {
        return new MySqlEngine(access);
    }
}
