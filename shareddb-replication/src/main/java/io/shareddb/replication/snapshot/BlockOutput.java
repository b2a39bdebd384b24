package io.shareddb.replication.snapshot;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes blocks of bytes, compressed and with checksums. Thread-safe: each thread's blocks stay in their order, and compression is done in
 * parallel. The stream stays the caller's.
 * <pre>
 * magic, 8 bytes | u16 version | block …
 * block: u32 length of the bytes that follow | u32 length of the plain bytes | u32 CRC-32 of the bytes that follow
 *        | the bytes, compressed with deflate (zlib) unless both lengths are the same
 * </pre>
 */
final class BlockOutput {
    /** What is tried, to spare the work on photographs and the like. */
    private static final int SAMPLE = 4096;

    private final DataOutputStream out; // guarded by this
    private final AtomicLong plainBytes = new AtomicLong();

    BlockOutput(OutputStream out, String magic, int version) throws IOException {
        this.out = new DataOutputStream(out);
        this.out.write(magic.getBytes(StandardCharsets.US_ASCII));
        this.out.writeShort(version);
    }

    void write(byte[] plain) throws IOException {
        byte[] body = plain;
        int length = plain.length;
        if (plain.length <= SAMPLE || deflate(plain, SAMPLE, new byte[SAMPLE]) > 0) {
            byte[] compressed = new byte[plain.length];
            int some = deflate(plain, plain.length, compressed);
            if (some > 0) {
                body = compressed;
                length = some;
            }
        }
        CRC32 crc = new CRC32();
        crc.update(body, 0, length);
        synchronized (this) {
            out.writeInt(length);
            out.writeInt(plain.length);
            out.writeInt((int) crc.getValue());
            out.write(body, 0, length);
        }
        plainBytes.addAndGet(plain.length);
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

    /** Bytes of all blocks before compression. */
    long plainBytes() {
        return plainBytes.get();
    }

    synchronized void flush() throws IOException {
        out.flush();
    }
}
