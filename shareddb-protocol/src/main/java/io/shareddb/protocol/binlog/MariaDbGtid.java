package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * MariaDB's global transaction id, {@code domain-server-sequence}.
 *
 * @param domain 32 bits
 * @param server id of the engine that wrote the transaction, 32 bits
 * @param sequence 64 bits, unsigned
 */
public record MariaDbGtid(long domain, long server, long sequence) {
    static final int BYTES = 16;

    public MariaDbGtid {
        if (domain >>> 32 != 0 || server >>> 32 != 0) {
            throw new IllegalArgumentException(
                    "gtid: " + domain + "-" + server + "-" + sequence + " (expected: domain, server of 32 bits)");
        }
    }

    /**
     * Reads {@code domain-server-sequence}.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    public static MariaDbGtid parse(String text) {
        String[] parts = text.trim().split("-", -1);
        try {
            if (parts.length == 3) {
                return new MariaDbGtid(
                        Integer.parseUnsignedInt(parts[0]) & 0xffffffffL,
                        Integer.parseUnsignedInt(parts[1]) & 0xffffffffL,
                        Long.parseUnsignedLong(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("gtid: '" + text + "' (expected: domain-server-sequence)", e);
        }
        throw new IllegalArgumentException("gtid: '" + text + "' (expected: domain-server-sequence)");
    }

    static MariaDbGtid read(ByteBuf body) {
        return new MariaDbGtid(Fields.readInt4(body), Fields.readInt4(body), Fields.readInt8(body));
    }

    void write(ByteBuf out) {
        out.writeIntLE((int) domain).writeIntLE((int) server).writeLongLE(sequence);
    }

    @Override
    public String toString() {
        return domain + "-" + server + "-" + Long.toUnsignedString(sequence);
    }
}
