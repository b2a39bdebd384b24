package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Bytes received and not yet passed on, and a mark up to which they may be. Event loop only; owns what it holds.
 *
 * <pre>[ start: not yet passed on | mark: not yet looked at | end ]</pre>
 */
final class PacketBuffer {
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf bytes; // ours; its reader index is the start
    private int mark;

    PacketBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Appends {@code chunk} and takes it over. */
    void append(ByteBuf chunk) {
        ByteBuf before = bytes;
        if (before == null) {
            bytes = chunk;
            mark = chunk.readerIndex();
            return;
        }
        int looked = mark - before.readerIndex();
        if (before.refCnt() > 1 || before.isReadOnly() || before.maxWritableBytes() < chunk.readableBytes()) {
            ByteBuf joined = allocator.buffer(before.readableBytes() + chunk.readableBytes());
            joined.writeBytes(before, before.readerIndex(), before.readableBytes());
            before.release();
            before = joined;
            bytes = joined;
            mark = joined.readerIndex() + looked;
        }
        try {
            before.writeBytes(chunk);
        } finally {
            chunk.release();
        }
    }

    /** Bytes behind the mark. */
    int available() {
        return bytes == null ? 0 : bytes.writerIndex() - mark;
    }

    /** The byte {@code offset} behind the mark, 0 to 255. */
    int byteAt(int offset) {
        return held().getUnsignedByte(mark + offset);
    }

    /** The length in the packet header at the mark. */
    int bodyLength() {
        return held().getUnsignedMediumLE(mark);
    }

    /** The sequence number in the packet header at the mark. */
    int sequence() {
        return held().getUnsignedByte(mark + 3);
    }

    void setSequence(int sequence) {
        held().setByte(mark + 3, sequence);
    }

    /** Changes four bytes, {@code offset} behind the mark. */
    void setInt(int offset, int value) {
        held().setIntLE(mark + offset, value);
    }

    /** A view of {@code length} bytes behind the mark, valid until the next call of another method. */
    ByteBuf view(int offset, int length) {
        return held().slice(mark + offset, length);
    }

    /** Moves the mark over bytes that are to be passed on. */
    void advance(int count) {
        mark += count;
    }

    /** Drops bytes behind the mark; what is before it must have been taken. */
    void skip(int count) {
        mark += count;
        held().readerIndex(mark);
        trim();
    }

    /** What is between start and mark, the caller's then; null if nothing is. */
    @Nullable
    ByteBuf take() {
        ByteBuf held = bytes;
        if (held == null || mark == held.readerIndex()) {
            return null;
        }
        if (mark == held.writerIndex()) {
            bytes = null;
            return held;
        }
        return held.readRetainedSlice(mark - held.readerIndex());
    }

    /** Drops everything. */
    void clear() {
        ByteBuf held = bytes;
        if (held != null) {
            bytes = null;
            held.release();
        }
    }

    private void trim() {
        ByteBuf held = bytes;
        if (held != null && !held.isReadable()) {
            clear();
        }
    }

    private ByteBuf held() {
        ByteBuf held = bytes;
        if (held == null) {
            throw new IndexOutOfBoundsException("nothing held");
        }
        return held;
    }
}
