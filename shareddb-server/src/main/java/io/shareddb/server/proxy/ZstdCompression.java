package io.shareddb.server.proxy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.wire.Compression;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.ByteBuffer;

/**
 * MySQL's second {@link Compression}. Native code, and so no part of the codec, which needs Netty and SLF4J only. It is loaded when the
 * first client asks for it.
 *
 * @param level 1 to {@value #MAX_LEVEL}
 */
record ZstdCompression(int level) implements Compression {
    /** Clients may ask for up to 22, which costs a server hundreds of megabytes and gains little in packets of this size. */
    private static final int MAX_LEVEL = 6;

    /** As the client asked. */
    static ZstdCompression ofLevel(int wanted) {
        return new ZstdCompression(Math.max(1, Math.min(MAX_LEVEL, wanted)));
    }

    @Override
    public boolean compress(ByteBuf in, ByteBuf out) {
        int length = in.readableBytes();
        int bound = (int) Zstd.compressBound(length);
        out.ensureWritable(bound);
        ByteBuf source = direct(out.alloc(), in);
        ByteBuf target = out.alloc().directBuffer(bound);
        try {
            ByteBuffer from = source.nioBuffer();
            ByteBuffer to = target.nioBuffer(0, bound);
            long count = Zstd.compressDirectByteBuffer(to, 0, bound, from, 0, length, level);
            if (Zstd.isError(count) || count >= length) {
                return false;
            }
            out.writeBytes(target.writerIndex((int) count));
            in.skipBytes(length);
            return true;
        } finally {
            source.release();
            target.release();
        }
    }

    @Override
    public void decompress(ByteBuf in, ByteBuf out, int bytes) {
        int length = in.readableBytes();
        ByteBuf source = direct(out.alloc(), in);
        try {
            ByteBuffer from = source.nioBuffer();
            long announced = Zstd.getDirectByteBufferFrameContentSize(from, 0, length);
            if (announced > 0 && announced != bytes) {
                throw new MalformedPacketException(
                        "compressed packet of " + announced + " bytes says that it has " + bytes);
            }
            ByteBuf target = out.alloc().directBuffer(bytes);
            try {
                long count = Zstd.decompressDirectByteBuffer(target.nioBuffer(0, bytes), 0, bytes, from, 0, length);
                if (Zstd.isError(count) || count != bytes) {
                    throw new MalformedPacketException("compressed packet is not what it says: " + bytes
                            + " bytes announced, " + (Zstd.isError(count) ? Zstd.getErrorName(count) : count)
                            + " found");
                }
                out.writeBytes(target.writerIndex(bytes));
            } finally {
                target.release();
            }
            in.skipBytes(length);
        } catch (ZstdException e) {
            throw new MalformedPacketException("compressed packet is not zstd's: " + e.getMessage());
        } finally {
            source.release();
        }
    }

    /** The bytes of {@code in} in one direct buffer, the caller's. */
    private static ByteBuf direct(ByteBufAllocator allocator, ByteBuf in) {
        if (in.isDirect() && in.nioBufferCount() == 1) {
            return in.retainedSlice();
        }
        return allocator.directBuffer(in.readableBytes()).writeBytes(in.duplicate());
    }
}
