package io.shareddb.replication.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a snapshot. One thread; the stream stays the caller's.
 * <pre>
 * "SHDBSNAP" | u16 version = 1 | frame …
 * frame: u32 length of the compressed bytes | u32 length of the plain bytes | u32 CRC-32 of the compressed bytes
 *        | frame as {@link SnapshotFrame} says, compressed with deflate (zlib)
 * </pre>
 */
public final class SnapshotWriter {
    static final byte[] MAGIC = "SHDBSNAP".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;

    private final DataOutputStream out;
    private long plainBytes;

    public SnapshotWriter(OutputStream out) throws IOException {
        this.out = new DataOutputStream(out);
        this.out.write(MAGIC);
        this.out.writeShort(VERSION);
    }

    public void write(SnapshotFrame frame) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        int plain;
        try (DataOutputStream frameOut =
                new DataOutputStream(new DeflaterOutputStream(compressed, deflater, 1 << 16))) {
            SnapshotFrame.write(frame, frameOut);
            plain = frameOut.size();
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(compressed.toByteArray());
        out.writeInt(compressed.size());
        out.writeInt(plain);
        out.writeInt((int) crc.getValue());
        compressed.writeTo(out);
        plainBytes += plain;
    }

    /** Bytes of all frames before compression. */
    public long plainBytes() {
        return plainBytes;
    }

    public void flush() throws IOException {
        out.flush();
    }
}
