package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/** Cuts the stream into frames: {@code int<4> length | frame}. The next handler owns each frame. Event loop only. */
final class FrameDecoder extends ByteToMessageDecoder {
    static final int LENGTH_BYTES = 4;

    private int maxBytes;

    FrameDecoder(int maxBytes) {
        this.maxBytes = maxBytes;
        setCumulator(MERGE_CUMULATOR);
    }

    /** The peer proved who it is: it may send larger frames. */
    void allow(int bytes) {
        maxBytes = bytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 0 || length > maxBytes) { // before waiting for the bytes: a liar must not make us buffer them
            in.skipBytes(in.readableBytes());
            throw new TooLongFrameException("frame of " + length + " bytes (expected: at most " + maxBytes + ")");
        }
        if (in.readableBytes() >= LENGTH_BYTES + length) {
            out.add(in.skipBytes(LENGTH_BYTES).readRetainedSlice(length));
        }
    }
}
