package io.shareddb.replication.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one record; all numbers big endian.
 *
 * <pre>
 *  0 int&lt;4&gt; magic 'SDBR'
 *  4 int&lt;4&gt; CRC32C of bytes 8 to the end of the payload
 *  8 int&lt;4&gt; length of the payload, 0 to {@value #MAX_PAYLOAD_BYTES}
 * 12 int&lt;4&gt; kind, 0 to 255
 * 16 int&lt;8&gt; index
 * 24 int&lt;8&gt; term
 * 32 int&lt;8&gt; the last index known to be on disk when this was written: nothing up to there can be a torn write
 * 40 int&lt;4&gt; checksum of the record before, so that leftovers of a cut tail never follow a new record
 * 44 int&lt;4&gt; zero
 * 48 payload, then zeros up to a multiple of 8
 * </pre>
 */
final class RecordFormat {
    static final int HEADER_BYTES = 48;
    static final int ALIGNMENT = 8;
    static final int MAX_PAYLOAD_BYTES = 4 << 20;
    static final int MAGIC = 0x53444252;

    private static final int CHECKSUM = 4;
    private static final int LENGTH = 8;
    private static final int KIND = 12;
    private static final int INDEX = 16;
    private static final int TERM = 24;
    private static final int DURABLE = 32;
    private static final int PREVIOUS = 40;

    /** The numbers of a record's header. */
    record Header(int checksum, int length, int kind, long index, long term, long durableIndex, int previousChecksum) {
        int totalBytes() {
            return RecordFormat.totalBytes(length);
        }
    }

    private RecordFormat() {}

    static int totalBytes(int payloadBytes) {
        return HEADER_BYTES + (payloadBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Appends a record to {@code out}, which has room for it. {@code payload} stays as it is. Returns its checksum. */
    static int write(
            ByteBuffer out,
            long index,
            long term,
            int kind,
            long durableIndex,
            int previousChecksum,
            ByteBuffer payload) {
        int start = out.position();
        int length = payload.remaining();
        out.putInt(MAGIC).putInt(0).putInt(length).putInt(kind).putLong(index).putLong(term);
        out.putLong(durableIndex).putInt(previousChecksum).putInt(0);
        out.put(payload.duplicate());
        int end = out.position();
        int checksum = checksum(out.duplicate().limit(end).position(start + LENGTH));
        out.putInt(start + CHECKSUM, checksum);
        while (out.position() < start + totalBytes(length)) {
            out.put((byte) 0);
        }
        return checksum;
    }

    /** Reads the header at {@code offset}, which is all there; null if no record begins there. Checks no checksum. */
    static @Nullable Header header(ByteBuffer bytes, int offset) {
        int length = bytes.getInt(offset + LENGTH);
        int kind = bytes.getInt(offset + KIND);
        long index = bytes.getLong(offset + INDEX);
        if (bytes.getInt(offset) != MAGIC
                || length < 0
                || length > MAX_PAYLOAD_BYTES
                || (kind & ~0xff) != 0
                || index < 1) {
            return null;
        }
        return new Header(
                bytes.getInt(offset + CHECKSUM),
                length,
                kind,
                index,
                bytes.getLong(offset + TERM),
                bytes.getLong(offset + DURABLE),
                bytes.getInt(offset + PREVIOUS));
    }

    /** Whether the checksum of the record at {@code offset}, whose bytes are all there, is right. */
    static boolean intact(ByteBuffer bytes, int offset, Header header) {
        int end = offset + HEADER_BYTES + header.length();
        return checksum(bytes.duplicate().limit(end).position(offset + LENGTH)) == header.checksum();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
