package io.shareddb.replication.segment;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment file; all numbers big endian.
 *
 * <pre>
 *  0 bytes&lt;8&gt; "SDBSEGMT"
 *  8 int&lt;4&gt; version, 1
 * 12 int&lt;4&gt; CRC32C of bytes 16 to 63
 * 16 int&lt;8&gt; index of the first record
 * 24 int&lt;8&gt; term of the record before it, 0 if there is none
 * 32 int&lt;4&gt; checksum of the record before it, 0 if there is none
 * 36 zeros up to 64
 * </pre>
 *
 * @param firstIndex index of the first record
 * @param previousTerm term of the record before it
 * @param previousChecksum checksum of the record before it
 */
record SegmentHeader(long firstIndex, long previousTerm, int previousChecksum) {
    static final int BYTES = 64;

    private static final long MAGIC = 0x5344425345474d54L;
    private static final int VERSION = 1;
    private static final int CHECKED_FROM = 16;

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(firstIndex).putLong(previousTerm);
        bytes.putInt(previousChecksum);
        bytes.clear();
        bytes.putInt(12, checksum(bytes));
        return bytes;
    }

    /** Empty if the bytes are not a segment's header. */
    static Optional<SegmentHeader> read(ByteBuffer bytes) {
        if (bytes.remaining() < BYTES
                || bytes.getLong(0) != MAGIC
                || bytes.getInt(8) != VERSION
                || bytes.getInt(12) != checksum(bytes)) {
            return Optional.empty();
        }
        return Optional.of(new SegmentHeader(bytes.getLong(16), bytes.getLong(24), bytes.getInt(32)));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().limit(BYTES).position(CHECKED_FROM));
        return (int) checksum.getValue();
    }
}
