package io.shareddb.replication.snapshot;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads what {@link SnapshotWriter} wrote, one frame at a time. One thread; the stream stays the caller's. */
public final class SnapshotReader {
    private static final int MAX_FRAME_BYTES = 1 << 30;

    private final DataInputStream in;
    private long plainBytes;

    public SnapshotReader(InputStream in) throws IOException {
        this.in = new DataInputStream(in);
        byte[] magic = this.in.readNBytes(SnapshotWriter.MAGIC.length);
        if (!Arrays.equals(magic, SnapshotWriter.MAGIC)) {
            throw new SnapshotFormatException("this is no snapshot");
        }
        try {
            int version = this.in.readUnsignedShort();
            if (version != SnapshotWriter.VERSION) {
                throw new SnapshotFormatException(
                        "snapshot version " + version + " (expected: " + SnapshotWriter.VERSION + ")");
            }
        } catch (EOFException e) {
            throw new SnapshotFormatException("snapshot is cut off in its first bytes", e);
        }
    }

    /** The next frame; there is always one until {@link SnapshotFrame.End}. */
    public SnapshotFrame read() throws IOException {
        try {
            int compressedLength = in.readInt();
            int plainLength = in.readInt();
            int crc = in.readInt();
            if (compressedLength < 0
                    || compressedLength > MAX_FRAME_BYTES
                    || plainLength < 1
                    || plainLength > MAX_FRAME_BYTES) {
                throw new SnapshotFormatException("frame of " + compressedLength + " and " + plainLength
                        + " bytes (expected: up to " + MAX_FRAME_BYTES + ")");
            }
            byte[] compressed = in.readNBytes(compressedLength); // grows as bytes come: a liar costs nothing
            if (compressed.length < compressedLength) {
                throw new EOFException();
            }
            CRC32 actual = new CRC32();
            actual.update(compressed);
            if ((int) actual.getValue() != crc) {
                throw new SnapshotFormatException("snapshot is damaged: checksum does not match");
            }
            plainBytes += plainLength;
            return SnapshotFrame.read(new DataInputStream(new ByteArrayInputStream(inflate(compressed, plainLength))));
        } catch (EOFException e) {
            throw new SnapshotFormatException("snapshot is cut off after " + plainBytes + " bytes", e);
        }
    }

    /** Bytes of all frames so far, uncompressed. */
    public long plainBytes() {
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
                    throw new SnapshotFormatException("frame has " + done + " bytes (expected: " + plainLength + ")");
                }
                done += some;
            }
            return plain;
        } catch (DataFormatException e) {
            throw new SnapshotFormatException("snapshot is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
