package io.shareddb.replication.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes a snapshot. Thread-safe: each thread's frames stay in their order, and compression is done in parallel. The stream stays the
 * caller's.
 * <pre>
 * "SHDBSNAP" | u16 version = 2 | frame …
 * frame: u32 length of the bytes that follow | u32 length of the plain bytes | u32 CRC-32 of the bytes that follow
 *        | frame as {@link SnapshotFrame} says, compressed with deflate (zlib) unless both lengths are the same
 * </pre>
 */
public final class SnapshotWriter {
    static final byte[] MAGIC = "SHDBSNAP".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 2;

    /** What is tried, to spare the work on photographs and the like. */
    private static final int SAMPLE = 4096;

    private final DataOutputStream out; // guarded by this
    private final AtomicLong plainBytes = new AtomicLong();

    public SnapshotWriter(OutputStream out) throws IOException {
        this.out = new DataOutputStream(out);
        this.out.write(MAGIC);
        this.out.writeShort(VERSION);
    }

    public void write(SnapshotFrame frame) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        SnapshotFrame.write(frame, new DataOutputStream(plain));
        byte[] bytes = plain.toByteArray();
        byte[] body = bytes;
        int length = bytes.length;
        if (bytes.length <= SAMPLE || deflate(bytes, SAMPLE, new byte[SAMPLE]) > 0) {
            byte[] compressed = new byte[bytes.length];
            int some = deflate(bytes, bytes.length, compressed);
            if (some > 0) {
                body = compressed;
                length = some;
            }
        }
        CRC32 crc = new CRC32();
        crc.update(body, 0, length);
        synchronized (this) {
            out.writeInt(length);
            out.writeInt(bytes.length);
            out.writeInt((int) crc.getValue());
            out.write(body, 0, length);
        }
        plainBytes.addAndGet(bytes.length);
    }

    /** How many bytes it made; 0 if it does not become shorter. */
    private static int deflate(byte[] plain, int length, byte[] into) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(plain, 0, length);
            deflater.finish();
            int some = deflater.deflate(into, 0, length - 1);
            return deflater.finished() ? some : 0;
        } finally {
            deflater.end();
        }
    }

    /** Bytes of all frames before compression. */
    public long plainBytes() {
        return plainBytes.get();
    }

    public synchronized void flush() throws IOException {
        out.flush();
    }
}
