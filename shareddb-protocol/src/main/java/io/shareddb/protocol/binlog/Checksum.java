package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.ByteBuffer;

/** What follows each event of a file: nothing, or four bytes over all before them, little endian. */
public enum Checksum {
    /** Number 0. */
    NONE(0, 0),
    /** Number 1: zlib's CRC-32. */
    CRC32(1, 4);

    private final int number;
    private final int bytes;

    Checksum(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Its number in a format description. */
    public int number() {
        return number;
    }

    /** Length at the end of each event: 0 or 4. */
    public int bytes() {
        return bytes;
    }

    /** By its number in a format description. */
    public static Checksum of(int number) {
        return switch (number) {
            case 0 -> NONE;
            case 1 -> CRC32;
            default ->
                throw new MalformedPacketException(
                        "binlog checksum algorithm " + number + " (expected: 0 none, 1 CRC32)");
        };
    }

    /** If {@code event}, which stays the caller's and unread, ends in the right checksum. */
    public boolean verify(ByteBuf event) {
        if (this == NONE) {
            return true;
        }
        int covered = event.readableBytes() - bytes;
        return covered >= 0 && event.getIntLE(event.readerIndex() + covered) == compute(event, covered);
    }

    /** Writes the checksum over the last bytes of {@code event}, which stays the caller's and must not be shared. */
    public void fix(ByteBuf event) {
        if (this == CRC32) {
            int covered = event.readableBytes() - bytes;
            event.setIntLE(event.readerIndex() + covered, compute(event, covered));
        }
    }

    private static int compute(ByteBuf event, int bytes) {
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        if (event.nioBufferCount() == 1) {
            crc.update(event.nioBuffer(event.readerIndex(), bytes));
        } else {
            for (ByteBuffer part : event.nioBuffers(event.readerIndex(), bytes)) {
                crc.update(part);
            }
        }
        return (int) crc.getValue();
    }
}
