package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link EventType#MARIADB_GTID_LIST}. In a file: the last GTIDs before it. Made up in a stream: the GTIDs that the
 * replica asked for, with the position in the file where the last of them ended as the header's next position.
 *
 * <pre>int&lt;4&gt; count in 28 bits, flags in 4 | count times: int&lt;4&gt; domain | int&lt;4&gt; server | int&lt;8&gt; sequence</pre>
 *
 * @param flags 0 to 15
 */
public record MariaDbGtidListEvent(int flags, List<MariaDbGtid> gtids) {
    private static final int COUNT_BITS = 28;

    public MariaDbGtidListEvent {
        if (flags >>> 4 != 0) {
            throw new IllegalArgumentException("flags: " + flags + " (expected: 0 to 15)");
        }
        gtids = List.copyOf(gtids);
    }

    /** Reads {@code event}, which stays the caller's and unread. */
    public static MariaDbGtidListEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        long countAndFlags = Fields.readInt4(body);
        long count = countAndFlags & ((1L << COUNT_BITS) - 1);
        if (count * MariaDbGtid.BYTES > body.readableBytes()) {
            throw new MalformedPacketException("GTID list of " + count + " in " + body.readableBytes() + " bytes");
        }
        List<MariaDbGtid> gtids = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            gtids.add(MariaDbGtid.read(body));
        }
        return new MariaDbGtidListEvent((int) (countAndFlags >>> COUNT_BITS), gtids);
    }

    /** Appends the made-up event that tells a replica where its position was found. */
    public void writeArtificial(ByteBuf out, long serverId, long position, Checksum checksum) {
        EventWriter.write(
                out, EventType.MARIADB_GTID_LIST, serverId, position, EventHeader.ARTIFICIAL, checksum, body -> {
                    body.writeIntLE(gtids.size() | flags << COUNT_BITS);
                    gtids.forEach(gtid -> gtid.write(body));
                });
    }
}
