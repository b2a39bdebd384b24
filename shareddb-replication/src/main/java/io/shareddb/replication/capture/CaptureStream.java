package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleStateEvent;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.engine.EventRole;
import io.shareddb.replication.engine.TransactionFramer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** One connection's stream of events: finds transactions in it and hands them on. Event loop only, but for {@link #acknowledge}. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class CaptureStream extends ChannelInboundHandlerAdapter implements EventSink {
    private final Owner owner;
    private final Channel channel;
    private final TransactionFramer framer;
    private final Clock clock;
    private final StageTimings timings;
    private final StreamDecoder decoder = new StreamDecoder(this);
    private final BinlogOffset offset = new BinlogOffset();
    private final TransactionAssembler assembler;
    private final FragmentBuffer wholeEvent = new FragmentBuffer();

    private EventRole role = EventRole.SKIP;
    private boolean acknowledge;
    private long beginNanos;
    private @Nullable Throwable failure;

    /** Who has the connection; called on the event loop. */
    interface Owner {
        /** The engine told how it writes events: it is ready, and waits for acknowledgements from now on. */
        void onFormat(CaptureStream stream, ByteBuffer format);

        /** Everything up to {@code place} was captured before. */
        void onStart(CaptureStream stream, BinlogPlace place);

        /** A piece of a transaction; false if nothing more should be read for now. */
        boolean onFragment(CaptureStream stream, Fragment fragment, @Nullable CapturedTransaction complete);

        /** What has arrived was handed out: do not wait for more. */
        void onPause();

        /** The connection is gone. */
        void onClosed(CaptureStream stream, Throwable cause);
    }

    CaptureStream(Owner owner, Channel channel, TransactionFramer framer, Clock clock, StageTimings timings) {
        this.owner = owner;
        this.channel = channel;
        this.framer = framer;
        this.clock = clock;
        this.timings = timings;
        this.assembler = new TransactionAssembler(this::hand);
    }

    StreamDecoder decoder() {
        return decoder;
    }

    private void hand(Fragment fragment, @Nullable CapturedTransaction complete) {
        if (!owner.onFragment(this, fragment, complete)) {
            channel.config().setAutoRead(false);
        }
    }

    /** Reads again. Any thread. */
    void resume() {
        channel.config().setAutoRead(true);
    }

    /** Writes an acknowledgement. Any thread. */
    void acknowledge(BinlogPlace place, long committedNanos) {
        channel.writeAndFlush(place.acknowledgement(channel.alloc())).addListener(written -> {
            if (written.isSuccess()) {
                timings.acknowledged(System.nanoTime() - committedNanos);
            }
        });
    }

    void close() {
        channel.close();
    }

    // ---- events

    @Override
    public void begin(EventHeader newHeader, ByteBuf visible, boolean acknowledgeWanted) {
        acknowledge = acknowledgeWanted;
        role = framer.next(newHeader, visible);
        switch (role) {
            case ROTATE -> rotate(visible);
            case START -> {
                offset.correct(newHeader);
                owner.onStart(this, offset.place());
            }
            case BEGIN -> {
                beginNanos = System.nanoTime();
                assembler.beginTransaction(framer.gtid(), clock.millis());
                assembler.beginEvent(newHeader, decoder.checksums());
            }
            case PART, END -> assembler.beginEvent(newHeader, decoder.checksums());
            case FORMAT, SKIP -> wholeEvent.clear();
        }
        if (newHeader.type() == EventType.HEARTBEAT || newHeader.type() == EventType.HEARTBEAT_V2) {
            offset.correct(newHeader);
        } else if (!newHeader.isArtificial()) {
            offset.advance(newHeader);
        }
    }

    /** <pre>ROTATE event, body: int&lt;8&gt; offset | name of the file</pre> */
    private void rotate(ByteBuf event) {
        int body = event.readerIndex() + EventHeader.BYTES;
        String file = event.toString(body + 8, event.writerIndex() - body - 8, StandardCharsets.UTF_8);
        offset.rotate(file, event.getLongLE(body));
    }

    @Override
    public void bytes(ByteBuf piece) {
        switch (role) {
            case BEGIN, PART, END -> assembler.bytes(piece);
            case FORMAT -> wholeEvent.append(piece.slice(), TransactionFramer.VISIBLE_BYTES);
            case ROTATE, START, SKIP -> {}
        }
    }

    @Override
    public void end() {
        switch (role) {
            case FORMAT -> owner.onFormat(this, wholeEvent.take());
            case BEGIN, PART -> assembler.endEvent();
            case END -> {
                assembler.endEvent();
                assembler.endTransaction(new CapturedTransaction(
                        this, framer.gtid(), offset.place(), acknowledge, beginNanos, System.nanoTime()));
            }
            case ROTATE, START, SKIP -> {}
        }
    }

    // ---- the channel

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        owner.onPause();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent && channel.config().isAutoRead()) {
            fail(new IOException("the engine was silent for too long"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        owner.onClosed(this, failure == null ? new IOException("the engine closed the connection") : failure);
    }
}
