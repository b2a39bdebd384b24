package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to a client. Small pieces, such as the packets that are put into a short answer, are copied together: that costs less
 * than to hand each to the channel. Others, and a small one that is alone, pass as they are. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ClientWriter {
    private static final int SMALL_BYTES = 512;
    private static final int BLOCK_BYTES = 2048;

    private final Channel channel;
    private @Nullable ByteBuf pending; // small pieces
    private boolean block; // pending is one of ours, with room
    private boolean closed;

    ClientWriter(Channel channel) {
        this.channel = channel;
    }

    /** Takes over {@code bytes}, whole packets or pieces of them. */
    void write(ByteBuf bytes) {
        if (closed) {
            bytes.release();
            return;
        }
        int length = bytes.readableBytes();
        ByteBuf before = pending;
        if (length > SMALL_BYTES || (before != null && before.readableBytes() + length > BLOCK_BYTES)) {
            passPending();
            channel.write(bytes, channel.voidPromise());
        } else if (before == null) {
            pending = bytes;
            block = false;
        } else {
            ByteBuf joined = before;
            if (!block) {
                joined = channel.alloc().buffer(BLOCK_BYTES, BLOCK_BYTES).writeBytes(before);
                before.release();
                pending = joined;
                block = true;
            }
            joined.writeBytes(bytes);
            bytes.release();
        }
    }

    private void passPending() {
        ByteBuf bytes = pending;
        if (bytes != null) {
            pending = null;
            channel.write(bytes, channel.voidPromise());
        }
    }

    void flush() {
        passPending();
        channel.flush();
    }

    /** Sends what is left, then hangs up. */
    void close() {
        passPending();
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        discard();
    }

    /** The client gets nothing more. Idempotent. */
    void discard() {
        closed = true;
        ByteBuf bytes = pending;
        if (bytes != null) {
            pending = null;
            bytes.release();
        }
    }
}
