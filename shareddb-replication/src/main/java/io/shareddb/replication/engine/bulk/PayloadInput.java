package io.shareddb.replication.engine.bulk;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads payloads of any length without keeping them: packets of at most 2^24 - 1 bytes are joined. One thread. */
final class PayloadInput {
    private static final int MAX_PACKET = 0xffffff;
    private static final int MAX_SMALL = 1 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;
    private int packetLength;
    private int left; // of the packet
    private int sequence;

    PayloadInput(InputStream in) {
        this.in = in;
    }

    /** The next payload, whose first packet has {@link #packetLength} bytes. The one before must have been read to its end. */
    void next() throws IOException {
        packet();
    }

    private void packet() throws IOException {
        int low = octet();
        int middle = octet();
        packetLength = low | middle << 8 | octet() << 16;
        left = packetLength;
        sequence = octet();
    }

    int packetLength() {
        return packetLength;
    }

    /** Number of the last packet. */
    int sequence() {
        return sequence;
    }

    /** The payload's first byte, which stays to be read. */
    int first() throws IOException {
        if (left == 0) {
            throw new IOException("the engine sent an empty packet");
        }
        fill();
        return buffer[at] & 0xff;
    }

    /** One byte of the payload. */
    int read() throws IOException {
        join();
        left--;
        return octet();
    }

    /** A length whose first byte was read already. */
    long length(int first) throws IOException {
        return switch (first) {
            case 0xfc -> littleEndian(2);
            case 0xfd -> littleEndian(3);
            case 0xfe -> littleEndian(8);
            default -> first;
        };
    }

    private long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) read() << (8 * i);
        }
        return value;
    }

    /** Passes the next {@code length} bytes of the payload on. */
    void copy(long length, RowSink sink) throws IOException {
        long rest = length;
        while (rest > 0) {
            join();
            fill();
            int some = (int) Math.min(rest, Math.min(left, end - at));
            sink.bytes(buffer, at, some);
            at += some;
            left -= some;
            rest -= some;
        }
    }

    /** What is left of a payload that is short. */
    byte[] rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (left > 0) {
            fill();
            int some = Math.min(left, end - at);
            if (all.size() + some > MAX_SMALL) {
                throw new IOException("the engine sent more than " + MAX_SMALL + " bytes where none were expected");
            }
            all.write(buffer, at, some);
            at += some;
            left -= some;
        }
        return all.toByteArray();
    }

    /** A full packet is continued by the next one. */
    private void join() throws IOException {
        while (left == 0) {
            if (packetLength != MAX_PACKET) {
                throw new IOException("a payload of the engine ends too early");
            }
            packet();
        }
    }

    /** At the end of a row of which all values were read: a payload of exactly full packets ends with an empty one. */
    void end() throws IOException {
        if (left > 0) {
            throw new IOException("a row of the engine has " + left + " bytes more than its values");
        }
        if (packetLength == MAX_PACKET) {
            packet();
            if (left > 0) {
                throw new IOException("a row of the engine has " + left + " bytes more than its values");
            }
        }
    }

    private int octet() throws IOException {
        fill();
        return buffer[at++] & 0xff;
    }

    private void fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer));
            if (end == 0) {
                throw new EOFException("the engine hung up");
            }
        }
    }
}
