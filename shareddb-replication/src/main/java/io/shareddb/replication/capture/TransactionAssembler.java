package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.engine.Gtid;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Makes fragments of the events of one transaction after the other. Events that come without a checksum get one, so that all in the
 * log have it. One thread.
 */
final class TransactionAssembler {
    private static final int CHECKSUM_BYTES = 4;
    /** Where fragments go. */
    interface Output {
        void add(Fragment fragment, @Nullable CapturedTransaction complete);
    }

    private final Output output;
    private final FragmentBuffer buffer = new FragmentBuffer();
    private final CRC32 checksum = new CRC32();
    private final ByteBuf small = Unpooled.buffer(EventHeader.BYTES, EventHeader.BYTES);
    private boolean first = true;
    private boolean addChecksum;
    private int headerBytesToSkip;
    private String gtid = "";
    private long timestampMillis;

    TransactionAssembler(Output output) {
        this.output = output;
    }

    void beginTransaction(Gtid identity, long newTimestampMillis) {
        buffer.clear();
        first = true;
        gtid = identity.text();
        timestampMillis = newTimestampMillis;
    }

    void beginEvent(EventHeader header, boolean hasChecksum) {
        addChecksum = !hasChecksum;
        if (addChecksum) {
            headerBytesToSkip = EventHeader.BYTES;
            checksum.reset();
            new EventHeader(
                            header.timestamp(),
                            header.type(),
                            header.serverId(),
                            header.length() + CHECKSUM_BYTES,
                            header.nextPosition(),
                            header.flags())
                    .write(small.clear());
            sum(small);
            append(small);
        }
    }

    /** {@code piece} stays the caller's. */
    void bytes(ByteBuf piece) {
        ByteBuf rest = piece.slice();
        if (addChecksum) {
            int skipped = Math.min(headerBytesToSkip, rest.readableBytes());
            headerBytesToSkip -= skipped;
            sum(rest.skipBytes(skipped));
        }
        append(rest);
    }

    private void sum(ByteBuf piece) {
        for (ByteBuffer bytes : piece.nioBuffers()) {
            checksum.update(bytes);
        }
    }

    void endEvent() {
        if (addChecksum) {
            append(small.clear().writeIntLE((int) checksum.getValue()));
        }
    }

    void endTransaction(CapturedTransaction complete) {
        cut(complete);
    }

    private void append(ByteBuf source) {
        while (source.isReadable()) {
            if (buffer.size() == Fragment.MAX_BYTES) {
                cut(null);
            }
            buffer.append(source, Fragment.MAX_BYTES);
        }
    }

    private void cut(@Nullable CapturedTransaction complete) {
        output.add(
                new Fragment(first, complete != null, first ? gtid : "", first ? timestampMillis : 0, buffer.take()),
                complete);
        first = false;
    }
}
