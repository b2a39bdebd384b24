package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in, whole payloads out, one {@link ByteBuf} each. The next handler owns each payload and releases it. Event loop
 * only.
 *
 * <p>Sequence numbers are checked against the counter, which is shared with the {@link PayloadEncoder}. A payload that is
 * longer than the limit is refused when its header comes in, before its bytes are waited for. After a
 * {@link MalformedPacketException}, which arrives as {@code exceptionCaught}, everything further is dropped: close the
 * channel.
 */
public final class PayloadDecoder extends PausableDecoder {
    private final SequenceCounter sequence;
    private int maxPayloadBytes;
    private boolean anySequence;
    private @Nullable CompositeByteBuf parts; // ours until the last part is in; released in handlerRemoved0

    /**
     * @param sequence shared with the encoder of the channel
     * @param maxPayloadBytes longest payload accepted, all parts together
     */
    public PayloadDecoder(SequenceCounter sequence, int maxPayloadBytes) {
        this.sequence = sequence;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /** Sets the limit from the next packet on, say after a login: the longest payload accepted, in bytes. */
    public void setMaxPayloadBytes(int maxPayloadBytes) {
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /**
     * Takes any number from now on, and counts from there: within compressed packets some clients number long commands wrongly, and
     * engines do not look.
     */
    public void takeAnySequence() {
        anySequence = true;
    }

    /** The counter that this decoder checks. */
    public SequenceCounter sequence() {
        return sequence;
    }

    @Override
    void decodeNext(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int length = Packets.bodyLength(in);
        if (anySequence) {
            sequence.set(Packets.sequence(in));
        } else {
            sequence.check(Packets.sequence(in));
        }
        checkSize(length); // before waiting for the bytes: a liar must not make us buffer them
        if (in.readableBytes() < HEADER_BYTES + length) {
            return; // nothing consumed: called again with more
        }
        sequence.next();
        ByteBuf part = in.skipBytes(HEADER_BYTES).readRetainedSlice(length);
        CompositeByteBuf joined = parts;
        if (length == MAX_BODY_BYTES) {
            if (joined == null) {
                joined = ctx.alloc().compositeBuffer(Integer.MAX_VALUE);
                parts = joined;
            }
            joined.addComponent(true, part);
        } else if (joined != null) {
            parts = null;
            out.add(joined.addComponent(true, part));
        } else {
            out.add(part);
        }
    }

    private void checkSize(int length) {
        long total = (parts == null ? 0L : parts.readableBytes()) + length;
        if (total > maxPayloadBytes) {
            throw new MalformedPacketException(
                    MalformedPacketException.Reason.TOO_LARGE,
                    "payload of at least " + total + " bytes (expected: at most " + maxPayloadBytes + ")");
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        CompositeByteBuf joined = parts;
        if (joined != null) {
            parts = null;
            joined.release();
        }
    }
}
