package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.sql.RefusalTable;
import io.shareddb.replication.engine.sql.RefusalTable.Statement;
import io.shareddb.replication.engine.sql.RefusalTable.Variable;
import java.util.List;
import java.util.Set;

/** What MySQL refuses; {@code docs/engines.md} says the same to users. Names are in upper case. */
final class RefusedStatements {
    private static final String MANAGED = "replication is managed by the cluster; nothing to do here";
    private static final String LOG = "the change would be missing on the other nodes; leave it on";
    private static final String WRITES = "the cluster decides which node takes writes; use its API to move the leader";
    private static final String PLUGINS = "it changes one node only; start every node with the plugin instead";
    private static final String SERVERS = "MySQL does not replicate it, so it would exist on one node only";
    private static final String STOP = "it would stop one node's engine under the cluster; stop the node instead";
    private static final String DURABILITY = "the durability of commits is set by each node's role";
    private static final String IDS =
            "transaction ids are given by the engine, and the cluster knows transactions by them";
    private static final String ENGINE = "it replaces or endangers the data of one node under the cluster";

    private static final Set<String> REPLICA = Set.of("SLAVE", "REPLICA", "GROUP_REPLICATION");

    private static final List<Statement> STATEMENTS = List.of(
            new Statement("RESET", Set.of("MASTER", "SLAVE", "REPLICA", "BINARY", "PERSIST"), MANAGED),
            new Statement("PURGE", Set.of("BINARY", "MASTER"), MANAGED),
            new Statement("CHANGE", Set.of("MASTER", "REPLICATION"), MANAGED),
            new Statement("START", REPLICA, MANAGED),
            new Statement("STOP", REPLICA, MANAGED),
            RefusalTable.KILL,
            new Statement(
                    "BINLOG", Set.of(RefusalTable.TEXT), "it writes rows past the statements that the log is made of"),
            new Statement("INSTALL", Set.of("PLUGIN", "COMPONENT"), PLUGINS),
            new Statement("UNINSTALL", Set.of("PLUGIN", "COMPONENT"), PLUGINS),
            new Statement("CREATE", Set.of("SERVER"), SERVERS),
            new Statement("ALTER", Set.of("SERVER"), SERVERS),
            new Statement("DROP", Set.of("SERVER"), SERVERS),
            new Statement("CLONE", Set.of("INSTANCE", "LOCAL"), ENGINE),
            new Statement("ALTER", Set.of("INSTANCE"), ENGINE),
            new Statement(
                    "IMPORT",
                    Set.of("TABLE"),
                    "MySQL does not replicate it, so the table would exist on one node only"),
            new Statement("SHUTDOWN", Set.of(RefusalTable.NOTHING), STOP),
            new Statement("RESTART", Set.of(RefusalTable.NOTHING), STOP));

    private static final Set<String> INNODB = Set.of("INNODB", "DEFAULT");
    private static final String NOT_TOLD =
            "followers are not told of it, and would make the table with another engine; name the engine in CREATE TABLE";
    private static final Set<String> NONE = Set.of();

    private static final List<Variable> VARIABLES = List.of(
            new Variable("SQL_LOG_BIN", Set.of("1", "ON", "TRUE", "DEFAULT"), LOG),
            new Variable("BINLOG_FORMAT", Set.of("ROW", "DEFAULT"), "only row changes are the same on every node"),
            new Variable("BINLOG_*", NONE, MANAGED),
            new Variable("SYNC_BINLOG", NONE, DURABILITY),
            new Variable("INNODB_FLUSH_LOG_AT_TRX_COMMIT", NONE, DURABILITY),
            new Variable("GTID_NEXT", Set.of("AUTOMATIC", "DEFAULT"), IDS),
            new Variable("GTID_*", NONE, IDS),
            new Variable("ENFORCE_GTID_CONSISTENCY", NONE, IDS),
            new Variable("SERVER_ID", NONE, IDS),
            new Variable("READ_ONLY", NONE, WRITES),
            new Variable("SUPER_READ_ONLY", NONE, WRITES),
            new Variable(
                    "EVENT_SCHEDULER", Set.of("1", "ON"), "events run on the leader only, which the cluster sees to"),
            new Variable("DEFAULT_STORAGE_ENGINE", INNODB, NOT_TOLD),
            new Variable("RPL_SEMI_SYNC_*", NONE, "commits wait for a majority; without that they can be lost"),
            new Variable(
                    "SESSION_TRACK_GTIDS",
                    Set.of("OWN_GTID"),
                    "the proxy learns from it when a commit may be reported; leave it as it is"),
            new Variable("RPL_*", NONE, MANAGED),
            new Variable("SLAVE_*", NONE, MANAGED),
            new Variable("REPLICA_*", NONE, MANAGED),
            new Variable("RELAY_LOG*", NONE, MANAGED),
            new Variable("SYNC_RELAY_LOG*", NONE, MANAGED),
            new Variable("SYNC_MASTER_INFO", NONE, MANAGED),
            new Variable("SYNC_SOURCE_INFO", NONE, MANAGED),
            new Variable("MASTER_VERIFY_CHECKSUM", NONE, MANAGED),
            new Variable("SOURCE_VERIFY_CHECKSUM", NONE, MANAGED),
            new Variable("SQL_SLAVE_SKIP_COUNTER", NONE, MANAGED),
            new Variable("SQL_REPLICA_SKIP_COUNTER", NONE, MANAGED),
            new Variable("INIT_SLAVE", NONE, MANAGED),
            new Variable("INIT_REPLICA", NONE, MANAGED),
            new Variable("PSEUDO_SLAVE_MODE", NONE, MANAGED),
            new Variable("PSEUDO_REPLICA_MODE", NONE, MANAGED),
            new Variable("REPLICATION_*", NONE, MANAGED),
            new Variable("GROUP_REPLICATION_*", NONE, MANAGED),
            new Variable("SKIP_REPLICA_START", NONE, MANAGED),
            new Variable("SKIP_SLAVE_START", NONE, MANAGED),
            new Variable("LOG_REPLICA_UPDATES", NONE, MANAGED),
            new Variable("LOG_SLAVE_UPDATES", NONE, MANAGED),
            new Variable("MAX_BINLOG_*", NONE, MANAGED),
            new Variable("EXPIRE_LOGS_DAYS", NONE, MANAGED),
            new Variable("CLONE_*", NONE, ENGINE),
            new Variable("OFFLINE_MODE", NONE, STOP));

    /** Text without any of these holds nothing of the above. In lower case. */
    private static final List<String> HINTS = List.of(
            "sql_log_",
            "binlog",
            "flush_log_at",
            "gtid",
            "server",
            "read_only",
            "event_scheduler",
            "storage_engine",
            "rpl_",
            "slave",
            "replica",
            "relay_log",
            "master",
            "source_",
            "expire_logs",
            "offline_mode",
            "reset",
            "purge",
            "restart",
            "plugin",
            "component",
            "shutdown",
            "kill",
            "clone",
            "instance",
            "import",
            "shareddb_operator");

    static final RefusalTable TABLE = new RefusalTable(
            STATEMENTS,
            VARIABLES,
            Set.of("GTID_EXECUTED", "SLAVE_MASTER_INFO", "SLAVE_RELAY_LOG_INFO", "SLAVE_WORKER_INFO"),
            "the table holds the engine's place in the cluster's history",
            HINTS);

    private RefusedStatements() {}
}
