package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;

/** Writes to a channel from a thread of its own, which waits while too much is unsent. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class WriteWindow {
    private static final long CHECK_MILLIS = 200;

    private final Channel channel;
    private final int maxUnsentBytes;

    /** Guarded by this object's lock: the writer adds, the event loop takes away. */
    private long unsent;

    WriteWindow(Channel channel, int maxUnsentBytes) {
        this.channel = channel;
        this.maxUnsentBytes = maxUnsentBytes;
    }

    /**
     * Sends {@code bytes}, which are owned by this method.
     *
     * @throws IOException if the channel is closed
     */
    void send(ByteBuf bytes) throws IOException {
        int length = bytes.readableBytes();
        synchronized (this) {
            unsent += length;
        }
        channel.writeAndFlush(bytes).addListener(done -> sent(length));
        awaitRoom();
    }

    private synchronized void sent(int length) {
        unsent -= length;
        notifyAll();
    }

    private synchronized void awaitRoom() throws IOException {
        while (unsent > maxUnsentBytes && channel.isActive()) {
            try {
                wait(CHECK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (!channel.isActive()) {
            throw new IOException("the engine closed the connection");
        }
    }
}
