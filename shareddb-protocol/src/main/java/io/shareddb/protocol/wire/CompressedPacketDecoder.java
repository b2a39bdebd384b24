package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.CompressedPackets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Compressed packets in, the bytes of the packets inside out, in {@link ByteBuf}s cut anywhere, which the next handler owns. Event loop
 * only.
 *
 * <p>A body that is not compressed passes as it comes; of a compressed one up to 16 MB are kept until it is complete. After a
 * {@link MalformedPacketException}, which arrives as {@code exceptionCaught}, everything further is dropped: close the channel.
 */
final class CompressedPacketDecoder extends ByteToMessageDecoder {
    private static final int FIRST_CAPACITY = 64 * 1024; // grows with what really comes

    private final SequenceCounter sequence;
    private final Compression compression;
    private int passing; // bytes of a body that is not compressed
    private boolean failed;

    CompressedPacketDecoder(SequenceCounter sequence, Compression compression) {
        this.sequence = sequence;
        this.compression = compression;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
        } else if (passing > 0) {
            int count = Math.min(passing, in.readableBytes());
            passing -= count;
            out.add(in.readRetainedSlice(count));
        } else if (in.readableBytes() >= HEADER_BYTES) {
            try {
                packet(ctx, in, out);
            } catch (MalformedPacketException e) {
                failed = true;
                throw e;
            }
        }
    }

    private void packet(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        int length = in.getUnsignedMediumLE(start);
        int number = in.getUnsignedByte(start + 3);
        int before = in.getUnsignedMediumLE(start + 4);
        if (number != 0) {
            sequence.check(number);
        } // else the next command begins, whatever was counted for the last one
        if (before > 0 && in.readableBytes() < HEADER_BYTES + length) {
            return; // nothing consumed: called again with more
        }
        sequence.set(number + 1);
        in.skipBytes(HEADER_BYTES);
        if (before == 0) {
            passing = length;
            return;
        }
        ByteBuf bytes = ctx.alloc().buffer(Math.min(before, FIRST_CAPACITY));
        try {
            compression.decompress(in.readSlice(length), bytes, before);
            out.add(bytes.retain());
        } finally {
            bytes.release();
        }
    }
}
