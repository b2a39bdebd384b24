package io.shareddb.replication.archive;

import java.nio.ByteBuffer;

/**
 * A transaction, or one piece of a large one.
 *
 * @param first it begins the transaction
 * @param last it ends the transaction
 * @param gtid text of the transaction's GTID if first, else empty
 * @param timestampMillis when its capture began, milliseconds since 1970, if first, else 0
 * @param events raw binlog events, in pieces cut anywhere; at most {@link #MAX_BYTES}; not to be moved or changed
 */
public record Fragment(boolean first, boolean last, String gtid, long timestampMillis, ByteBuffer events) {
    /** Larger transactions are cut. */
    public static final int MAX_BYTES = 1 << 20;
}
