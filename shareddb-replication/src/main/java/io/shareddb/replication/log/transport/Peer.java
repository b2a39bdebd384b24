package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.shareddb.replication.log.NodeId;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection that we send on to one other node; dials again when it breaks. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard of
final class Peer {
    private static final Logger log = LoggerFactory.getLogger(Peer.class);

    /** What waits for a connection; beyond that the newest is dropped. Votes fit in; of entries there may be a megabyte in each frame. */
    private static final int MAX_WAITING_BYTES = 64 << 10;

    private static final int FIRST_DELAY_MILLIS = 20;
    private static final int MAX_DELAY_MILLIS = 500;

    private final NettyLogTransport transport;
    private final NodeId id;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private @Nullable Channel channel;
    private boolean dialling;
    private boolean wasConnected;
    private boolean unflushed;
    private int refusals;
    private int delayMillis = FIRST_DELAY_MILLIS;

    Peer(NettyLogTransport transport, NodeId id) {
        this.transport = transport;
        this.id = id;
    }

    NodeId id() {
        return id;
    }

    /** Owned by this method. */
    void send(ByteBuf frame) {
        Channel open = channel;
        if (open != null && open.isWritable()) {
            open.write(frame, open.voidPromise());
            unflushed = true;
            return;
        }
        if (open == null && waitingBytes + frame.capacity() <= MAX_WAITING_BYTES) {
            waiting.add(frame);
            waitingBytes += frame.capacity();
        } else {
            frame.release(); // Raft sends it again
        }
        if (open == null) {
            dial();
        }
    }

    void flush() {
        Channel open = channel;
        if (unflushed && open != null) {
            open.flush();
        }
        unflushed = false;
    }

    private void dial() {
        if (dialling || transport.isClosed()) {
            return;
        }
        dialling = true;
        transport.dial(this);
    }

    /** Both sides have proved who they are. */
    void connected(Channel opened) {
        log.info("{} connected to {} at {}", transport.self(), id, opened.remoteAddress());
        channel = opened;
        wasConnected = true;
        refusals = 0;
        delayMillis = FIRST_DELAY_MILLIS;
        for (ByteBuf frame = waiting.poll(); frame != null; frame = waiting.poll()) {
            opened.write(frame, opened.voidPromise());
        }
        waitingBytes = 0;
        opened.flush();
    }

    /** The dialled connection is gone, or never came about. */
    void disconnected(boolean refused) {
        boolean had = channel != null;
        channel = null;
        dialling = false;
        if (had) {
            log.info("{} lost its connection to {}", transport.self(), id);
        }
        if (transport.isClosed()) {
            return;
        }
        refusals = refused ? refusals + 1 : 0;
        if (refusals == 2 && wasConnected) {
            // Broken and then refused twice: not a full queue or a hiccup, nobody listens there.
            wasConnected = false;
            transport.receiver().onRefused(id);
        }
        int delay = had ? 1 : delayMillis;
        if (!had) {
            delayMillis = Math.min(delayMillis * 2, MAX_DELAY_MILLIS);
        }
        int jittered = delay + ThreadLocalRandom.current().nextInt(delay);
        dialling = true;
        transport.loop().schedule(this::redial, jittered, TimeUnit.MILLISECONDS);
    }

    private void redial() {
        dialling = false;
        dial();
    }

    void close() {
        Channel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }
}
