package io.shareddb.protocol.capability;

/**
 * What a server says about the session after a statement.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html#a1d854e841086925be1883e4d7b4e8cad">manual</a>
 */
public enum StatusFlag {
    /** A transaction is open; after {@code BEGIN} at once, with {@code autocommit=0} from the first statement on. */
    IN_TRANSACTION(0x0001),
    /** {@code autocommit} is on. */
    AUTOCOMMIT(0x0002),
    /** Another result of the same command follows. */
    MORE_RESULTS(0x0008),
    /** No good index was used. */
    NO_GOOD_INDEX_USED(0x0010),
    /** No index was used. */
    NO_INDEX_USED(0x0020),
    /** A cursor is open: rows come by {@code COM_STMT_FETCH}. */
    CURSOR_EXISTS(0x0040),
    /** The last row of a cursor was sent. */
    LAST_ROW_SENT(0x0080),
    /** A database was dropped. */
    DATABASE_DROPPED(0x0100),
    /** A backslash does not escape ({@code sql_mode}). */
    NO_BACKSLASH_ESCAPES(0x0200),
    /** A prepared statement was prepared again and its columns changed. */
    METADATA_CHANGED(0x0400),
    /** The query was slow. */
    QUERY_WAS_SLOW(0x0800),
    /** The result set holds the OUT parameters of a procedure. */
    OUT_PARAMETERS(0x1000),
    /** The open transaction is read-only. */
    IN_READ_ONLY_TRANSACTION(0x2000),
    /** The OK packet carries session changes. */
    SESSION_STATE_CHANGED(0x4000),
    /** MariaDB: double quotes enclose names ({@code sql_mode}). */
    ANSI_QUOTES(0x8000);

    private final int mask;

    StatusFlag(int mask) {
        this.mask = mask;
    }

    /** The flag alone in 16 bits. */
    public int mask() {
        return mask;
    }
}
