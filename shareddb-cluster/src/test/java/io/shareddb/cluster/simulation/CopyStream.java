package io.shareddb.cluster.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A copy on its way over the simulated network; it breaks off when the donor ends or cannot be reached. */
final class CopyStream extends InputStream {
    private final byte[] bytes;
    private final Life receiver;
    private final BooleanSupplier flows;
    private final Random random;
    private int position;
    private boolean closed;

    CopyStream(String content, Life receiver, BooleanSupplier flows, Random random) {
        this.bytes = content.getBytes(StandardCharsets.US_ASCII);
        this.receiver = receiver;
        this.flows = flows;
        this.random = random;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        receiver.sleep(Duration.ofMillis(1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 30)));
        if (closed || !flows.getAsBoolean()) {
            throw new IOException("connection reset");
        }
        int count = Math.min(length, bytes.length - position);
        if (count == 0) {
            return -1;
        }
        System.arraycopy(bytes, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() {
        closed = true;
    }
}
