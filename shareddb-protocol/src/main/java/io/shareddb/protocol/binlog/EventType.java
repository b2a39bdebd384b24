package io.shareddb.protocol.binlog;

/**
 * Numbers of event types; those above 160 are MariaDB's. Plain numbers, since events of unknown types are passed on.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/namespacemysql_1_1binlog_1_1event.html">manual</a>
 * @see <a href="https://mariadb.com/docs/server/reference/clientserver-protocol/replication-protocol/2-binlog-event-header">MariaDB</a>
 */
public final class EventType {
    /** A statement: DDL, {@code BEGIN}, {@code COMMIT} of tables without transactions. */
    public static final int QUERY = 2;
    /** The name of the next file; sent in front of each stream without being in a file ("fake"). */
    public static final int ROTATE = 4;
    /** Value of an AUTO_INCREMENT or LAST_INSERT_ID in statement format. */
    public static final int INTVAR = 5;
    /** Seeds of RAND in statement format. */
    public static final int RAND = 13;
    /** A user variable in statement format. */
    public static final int USER_VAR = 14;
    /** First event of a file: versions, and how the following events are built. */
    public static final int FORMAT_DESCRIPTION = 15;
    /** Commit of a transaction. */
    public static final int XID = 16;
    /** A block of LOAD DATA in statement format. */
    public static final int BEGIN_LOAD_QUERY = 17;
    /** LOAD DATA in statement format. */
    public static final int EXECUTE_LOAD_QUERY = 18;
    /** Which table the following rows are of. */
    public static final int TABLE_MAP = 19;
    /** Rows written: MariaDB's form. */
    public static final int WRITE_ROWS_V1 = 23;
    /** Rows changed: MariaDB's form. */
    public static final int UPDATE_ROWS_V1 = 24;
    /** Rows removed: MariaDB's form. */
    public static final int DELETE_ROWS_V1 = 25;
    /** The stream is alive. */
    public static final int HEARTBEAT = 27;
    /** The text of the statement that the rows come from: MySQL. */
    public static final int ROWS_QUERY = 29;
    /** Rows written: MySQL's form. */
    public static final int WRITE_ROWS = 30;
    /** Rows changed: MySQL's form. */
    public static final int UPDATE_ROWS = 31;
    /** Rows removed: MySQL's form. */
    public static final int DELETE_ROWS = 32;
    /** MySQL: opens a transaction. */
    public static final int GTID = 33;
    /** MySQL: opens a transaction without GTID. */
    public static final int ANONYMOUS_GTID = 34;
    /** MySQL: the GTIDs before this file. */
    public static final int PREVIOUS_GTIDS = 35;
    /** End of the first phase of an XA transaction. */
    public static final int XA_PREPARE = 38;
    /** MySQL: part of a JSON change. */
    public static final int PARTIAL_UPDATE_ROWS = 39;
    /** MySQL: a transaction's events, compressed. */
    public static final int TRANSACTION_PAYLOAD = 40;
    /** MySQL: the stream is alive, for files beyond 4 GB. */
    public static final int HEARTBEAT_V2 = 41;
    /** MySQL: opens a transaction whose GTID has a tag. */
    public static final int GTID_TAGGED = 42;
    /** MariaDB: the text of the statement that the rows come from. */
    public static final int ANNOTATE_ROWS = 0xa0;
    /** MariaDB: the oldest file that recovery needs. */
    public static final int BINLOG_CHECKPOINT = 0xa1;
    /** MariaDB: opens a transaction. */
    public static final int MARIADB_GTID = 0xa2;
    /** MariaDB: the GTIDs before this file; "fake": where a requested position was found. */
    public static final int MARIADB_GTID_LIST = 0xa3;
    /** MariaDB: the following events are encrypted; never sent to replicas. */
    public static final int START_ENCRYPTION = 0xa4;

    private EventType() {}
}
