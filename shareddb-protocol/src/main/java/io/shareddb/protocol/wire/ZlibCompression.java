package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** {@link Compression} by the JDK. Its machinery takes some 300 KB, so there is one for each event loop, not for each connection. */
final class ZlibCompression implements Compression {
    static final Compression INSTANCE = new ZlibCompression();
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int OVERHEAD_BYTES = 16;

    private final FastThreadLocal<Deflater> deflaters = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return new Deflater(Deflater.BEST_SPEED);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
            deflater.end();
        }
    };

    private final FastThreadLocal<Inflater> inflaters = new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
            return new Inflater();
        }

        @Override
        protected void onRemoval(Inflater inflater) {
            inflater.end();
        }
    };

    private ZlibCompression() {}

    @Override
    public boolean compress(ByteBuf in, ByteBuf out) {
        int limit = in.readableBytes() - 1;
        int start = out.writerIndex();
        Deflater deflater = deflaters.get();
        try {
            for (ByteBuffer part : in.nioBuffers()) {
                deflater.setInput(part);
                while (!deflater.needsInput()) {
                    deflate(deflater, out, limit);
                    if (out.writerIndex() - start > limit) {
                        return false;
                    }
                }
            }
            deflater.finish();
            while (!deflater.finished()) {
                deflate(deflater, out, limit);
            }
            in.skipBytes(in.readableBytes());
            return out.writerIndex() - start <= limit;
        } finally {
            deflater.reset();
        }
    }

    private static void deflate(Deflater deflater, ByteBuf out, int limit) {
        out.ensureWritable(Math.min(PIECE_BYTES, limit + OVERHEAD_BYTES));
        int count = deflater.deflate(out.nioBuffer(out.writerIndex(), out.writableBytes()));
        out.writerIndex(out.writerIndex() + count);
    }

    @Override
    public void decompress(ByteBuf in, ByteBuf out, int bytes) {
        int missing = bytes;
        Inflater inflater = inflaters.get();
        try {
            inflater.setInput(in.nioBuffer());
            int count;
            do {
                count = inflate(inflater, out, missing);
                missing -= count;
            } while (count > 0 && missing > 0);
            in.skipBytes(in.readableBytes());
            if (missing > 0 || !isFinished(inflater)) {
                throw new MalformedPacketException(
                        "compressed packet of another length than it says (expected: " + bytes + " bytes)");
            }
        } catch (DataFormatException e) {
            throw new MalformedPacketException("compressed packet is not zlib's: " + e.getMessage());
        } finally {
            inflater.reset();
        }
    }

    /** What is announced is believed as far as it comes. */
    private static int inflate(Inflater inflater, ByteBuf out, int missing) throws DataFormatException {
        int room = Math.min(missing, PIECE_BYTES);
        out.ensureWritable(room);
        int count = inflater.inflate(out.nioBuffer(out.writerIndex(), room));
        out.writerIndex(out.writerIndex() + count);
        if (count == 0 && inflater.needsDictionary()) {
            throw new DataFormatException("needs a dictionary");
        }
        return count;
    }

    /** The end may still have to be read: the checksum. */
    private static boolean isFinished(Inflater inflater) throws DataFormatException {
        return inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
    }
}
