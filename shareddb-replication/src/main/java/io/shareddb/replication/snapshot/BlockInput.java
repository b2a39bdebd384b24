package io.shareddb.replication.snapshot;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads what {@link BlockOutput} wrote, one block at a time. One thread; the stream stays the caller's. */
final class BlockInput {
    private static final int MAX_BLOCK_BYTES = 1 << 30;

    private final DataInputStream in;
    private long plainBytes;

    /**
     * Reads the first bytes.
     *
     * @param what for messages: what this is to be
     */
    BlockInput(InputStream in, String magic, int version, String what) throws IOException {
        this.in = new DataInputStream(in);
        byte[] expected = magic.getBytes(StandardCharsets.US_ASCII);
        if (!Arrays.equals(this.in.readNBytes(expected.length), expected)) {
            throw new SnapshotFormatException("this is no " + what);
        }
        try {
            int found = this.in.readUnsignedShort();
            if (found != version) {
                throw new SnapshotFormatException(what + " version " + found + " (expected: " + version + ")");
            }
        } catch (EOFException e) {
            throw new SnapshotFormatException(what + " is cut off in its first bytes", e);
        }
    }

    /** The next block; fails with {@link SnapshotFormatException} where there is none. */
    byte[] read() throws IOException {
        try {
            int compressedLength = in.readInt();
            int plainLength = in.readInt();
            int crc = in.readInt();
            if (compressedLength < 0
                    || compressedLength > MAX_BLOCK_BYTES
                    || plainLength < 1
                    || plainLength > MAX_BLOCK_BYTES) {
                throw new SnapshotFormatException("block of " + compressedLength + " and " + plainLength
                        + " bytes (expected: up to " + MAX_BLOCK_BYTES + ")");
            }
            byte[] compressed = in.readNBytes(compressedLength); // grows as bytes come: a liar costs nothing
            if (compressed.length < compressedLength) {
                throw new EOFException();
            }
            CRC32 actual = new CRC32();
            actual.update(compressed);
            if ((int) actual.getValue() != crc) {
                throw new SnapshotFormatException("copy is damaged: checksum does not match");
            }
            plainBytes += plainLength;
            return inflate(compressed, plainLength);
        } catch (EOFException e) {
            throw new SnapshotFormatException("copy is cut off after " + plainBytes + " bytes", e);
        }
    }

    /** Bytes of all blocks so far, uncompressed. */
    long plainBytes() {
        return plainBytes;
    }

    private static byte[] inflate(byte[] compressed, int plainLength) throws IOException {
        if (compressed.length == plainLength) {
            return compressed;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            byte[] plain = new byte[plainLength];
            int done = 0;
            while (done < plainLength) {
                int some = inflater.inflate(plain, done, plainLength - done);
                if (some == 0) {
                    throw new SnapshotFormatException("block has " + done + " bytes (expected: " + plainLength + ")");
                }
                done += some;
            }
            return plain;
        } catch (DataFormatException e) {
            throw new SnapshotFormatException("copy is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
