package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.sql.RefusalTable;
import io.shareddb.replication.engine.sql.RefusalTable.Statement;
import io.shareddb.replication.engine.sql.RefusalTable.Variable;
import java.util.List;
import java.util.Set;

/** The table behind what MariaDB refuses; {@code docs/limits.md} says the same to users. Names are in upper case. */
final class RefusedStatements {
    private static final String MANAGED = "replication is managed by the cluster; nothing to do here";
    private static final String LOG = "the change would be missing on the other nodes; leave it on";
    private static final String WRITES = "the cluster decides which node takes writes; use its API to move the leader";
    private static final String PLUGINS = "it changes one node only; start every node with the plugin instead";
    private static final String SERVERS = "MariaDB does not replicate it, so it would exist on one node only";
    private static final String STOP = "it would stop one node's engine under the cluster; stop the node instead";

    private static final String NOTHING = RefusalTable.NOTHING;
    private static final String TEXT = RefusalTable.TEXT;

    private static final List<Statement> STATEMENTS = List.of(
            new Statement("RESET", Set.of("MASTER", "SLAVE", "REPLICA", "BINARY"), MANAGED),
            new Statement("PURGE", Set.of("BINARY", "MASTER"), MANAGED),
            new Statement("CHANGE", Set.of("MASTER", "REPLICATION"), MANAGED),
            new Statement("START", Set.of("SLAVE", "REPLICA", "ALL", "GROUP_REPLICATION"), MANAGED),
            new Statement("STOP", Set.of("SLAVE", "REPLICA", "ALL", "GROUP_REPLICATION"), MANAGED),
            RefusalTable.KILL,
            new Statement("BINLOG", Set.of(TEXT), "it writes rows past the statements that the log is made of"),
            new Statement("INSTALL", Set.of("PLUGIN", "SONAME", "COMPONENT"), PLUGINS),
            new Statement("UNINSTALL", Set.of("PLUGIN", "SONAME", "COMPONENT"), PLUGINS),
            new Statement("CREATE", Set.of("SERVER"), SERVERS),
            new Statement("ALTER", Set.of("SERVER"), SERVERS),
            new Statement("DROP", Set.of("SERVER"), SERVERS),
            new Statement("SHUTDOWN", Set.of(NOTHING, "WAIT"), STOP),
            new Statement("RESTART", Set.of(NOTHING), STOP));

    private static final Set<String> NONE = Set.of();
    private static final Set<String> INNODB = Set.of("INNODB", "DEFAULT");
    private static final String NOT_TOLD =
            "followers are not told of it, and would make the table with another engine; name the engine in CREATE TABLE";
    private static final Set<String> ON = Set.of("1", "ON", "TRUE", "DEFAULT");

    private static final List<Variable> VARIABLES = List.of(
            new Variable("SQL_LOG_BIN", ON, LOG),
            new Variable("SKIP_REPLICATION", Set.of("0", "OFF", "FALSE", "DEFAULT"), LOG),
            new Variable("BINLOG_FORMAT", Set.of("ROW", "DEFAULT"), "only row changes are the same on every node"),
            new Variable("BINLOG_*", NONE, MANAGED),
            new Variable("SYNC_BINLOG", NONE, "the durability of commits is set by each node's role"),
            new Variable(
                    "INNODB_FLUSH_LOG_AT_TRX_COMMIT", NONE, "the durability of commits is set by each node's role"),
            new Variable("GTID_*", NONE, "transaction ids are given by the cluster"),
            new Variable("SERVER_ID", NONE, "transaction ids are given by the cluster"),
            new Variable("READ_ONLY", NONE, WRITES),
            new Variable("SUPER_READ_ONLY", NONE, WRITES),
            new Variable(
                    "EVENT_SCHEDULER", Set.of("1", "ON"), "events run on the leader only, which the cluster sees to"),
            new Variable("DEFAULT_STORAGE_ENGINE", INNODB, NOT_TOLD),
            new Variable("STORAGE_ENGINE", INNODB, NOT_TOLD),
            new Variable("RPL_SEMI_SYNC_*", NONE, "commits wait for a majority; without that they can be lost"),
            new Variable("SLAVE_*", NONE, MANAGED),
            new Variable("REPLICA_*", NONE, MANAGED),
            new Variable("REPLICATE_*", NONE, MANAGED),
            new Variable("RELAY_LOG*", NONE, MANAGED),
            new Variable("SYNC_RELAY_LOG*", NONE, MANAGED),
            new Variable("SYNC_MASTER_INFO", NONE, MANAGED),
            new Variable("MASTER_VERIFY_CHECKSUM", NONE, MANAGED),
            new Variable("SQL_SLAVE_SKIP_COUNTER", NONE, MANAGED),
            new Variable("INIT_SLAVE", NONE, MANAGED),
            new Variable("DEFAULT_MASTER_CONNECTION", NONE, MANAGED),
            new Variable("MAX_BINLOG_*", NONE, MANAGED),
            new Variable("EXPIRE_LOGS_DAYS", NONE, MANAGED),
            new Variable("LOG_BIN_COMPRESS*", NONE, MANAGED),
            new Variable("ENCRYPT_BINLOG", NONE, MANAGED),
            new Variable("OFFLINE_MODE", NONE, STOP));

    /** Tables of the engine's own that replication lives on. */
    private static final Set<String> TABLES = Set.of("GTID_SLAVE_POS");

    private static final String TABLE_REASON = "the table holds the engine's place in the cluster's history";

    /**
     * Text without any of these holds nothing of the above. In lower case; each entry of the tables contains one, and a test
     * keeps it so.
     */
    private static final List<String> HINTS = List.of(
            "sql_log_",
            "skip_replication",
            "binlog",
            "log_bin",
            "flush_log_at",
            "gtid",
            "server",
            "read_only",
            "event_scheduler",
            "storage_engine",
            "rpl_semi",
            "slave",
            "replica",
            "relay_log",
            "master",
            "expire_logs",
            "offline_mode",
            "reset",
            "purge",
            "restart",
            "plugin",
            "soname",
            "component",
            "shutdown",
            "kill",
            "shareddb_operator");

    static final RefusalTable TABLE = new RefusalTable(STATEMENTS, VARIABLES, TABLES, TABLE_REASON, HINTS);

    private RefusedStatements() {}
}
