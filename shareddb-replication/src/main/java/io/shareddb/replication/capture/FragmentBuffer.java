package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects the bytes of one fragment. One thread. */
final class FragmentBuffer {
    private static final int INITIAL_BYTES = 4 << 10;

    private byte[] content = new byte[INITIAL_BYTES];
    private int size;

    /** Moves bytes here, at most so many that {@code maxBytes} are in it; {@code source} stays the caller's. */
    void append(ByteBuf source, int maxBytes) {
        int length = Math.min(source.readableBytes(), maxBytes - size);
        if (size + length > content.length) {
            content = Arrays.copyOf(content, Math.max(size + length, Math.min(2 * content.length, maxBytes)));
        }
        source.readBytes(content, size, length);
        size += length;
    }

    int size() {
        return size;
    }

    /** What was collected; this buffer is empty afterwards. */
    ByteBuffer take() {
        ByteBuffer taken = ByteBuffer.wrap(Arrays.copyOf(content, size));
        clear();
        return taken;
    }

    void clear() {
        size = 0;
        if (content.length > 64 << 10) {
            content = new byte[INITIAL_BYTES];
        }
    }
}
