package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@link EventType#MARIADB_GTID}: opens a transaction.
 *
 * <pre>int&lt;8&gt; sequence | int&lt;4&gt; domain | int&lt;1&gt; flags | with COMMIT_ID: int&lt;8&gt; commit id | more, not read here</pre>
 *
 * @param gtid its server is that of the event's header
 * @param flags see the constants
 */
public record MariaDbGtidEvent(MariaDbGtid gtid, int flags) {
    /** Flag: no end marker follows; the first QUERY is all. */
    public static final int STANDALONE = 0x01;
    /** Flag: committed in a group with those of the same commit id. */
    public static final int COMMIT_ID = 0x02;
    /** Flag: can be rolled back. */
    public static final int TRANSACTIONAL = 0x04;
    /** Flag: may be applied in parallel. */
    public static final int ALLOW_PARALLEL = 0x08;
    /** Flag: waited for another transaction. */
    public static final int WAITED = 0x10;
    /** Flag: DDL. */
    public static final int DDL = 0x20;
    /** Flag: prepares an XA transaction. */
    public static final int PREPARED_XA = 0x40;
    /** Flag: commits or rolls back an XA transaction. */
    public static final int COMPLETED_XA = 0x80;

    /** Reads {@code event}, which stays the caller's and unread. */
    public static MariaDbGtidEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        long sequence = Fields.readInt8(body);
        long domain = Fields.readInt4(body);
        return new MariaDbGtidEvent(
                new MariaDbGtid(domain, EventHeader.serverId(event), sequence), Fields.readInt1(body));
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
