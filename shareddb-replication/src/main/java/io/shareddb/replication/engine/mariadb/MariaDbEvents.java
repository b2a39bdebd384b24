package io.shareddb.replication.engine.mariadb;

/** Types of binlog events. */
final class MariaDbEvents {
    static final int QUERY = 2;
    static final int STOP = 3;
    static final int ROTATE = 4;
    static final int FORMAT_DESCRIPTION = 15;
    static final int XID = 16;
    static final int INCIDENT = 26;
    static final int HEARTBEAT = 27;
    static final int XA_PREPARE = 38;
    static final int BINLOG_CHECKPOINT = 0xa1;
    static final int GTID = 0xa2;
    static final int GTID_LIST = 0xa3;
    static final int START_ENCRYPTION = 0xa4;
    static final int QUERY_COMPRESSED = 0xa5;

    private MariaDbEvents() {}
}
