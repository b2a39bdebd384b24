package io.shareddb.replication.archive;

import java.nio.ByteBuffer;

/**
 * A leader opens for writes.
 *
 * <pre>
 * int&lt;8&gt; epoch | int&lt;8&gt; opening | int&lt;8&gt; timestamp
 * text family | text leader | text engine version | text base | bytes format
 * </pre>
 *
 * @param epoch the leader's Raft term
 * @param opening 1 when the epoch opens, one more each time it is opened again after the engine was restarted
 * @param timestampMillis when, milliseconds since 1970 on the leader's clock
 * @param family name of the engine family that writes
 * @param leader id of the node that leads
 * @param engineVersion as the engine's greeting gives it
 * @param base text of the engine's position, before the first transaction of this epoch
 * @param format the binlog format description event that the transactions were written with; read-only, not to be moved
 */
public record EpochHeader(
        long epoch,
        long opening,
        long timestampMillis,
        String family,
        String leader,
        String engineVersion,
        String base,
        ByteBuffer format)
        implements LogPayload {
    static EpochHeader read(FieldReader reader) {
        return new EpochHeader(
                reader.int8(),
                reader.int8(),
                reader.int8(),
                reader.text(),
                reader.text(),
                reader.text(),
                reader.text(),
                reader.bytes());
    }

    void write(FieldWriter writer) {
        writer.int8(epoch)
                .int8(opening)
                .int8(timestampMillis)
                .text(family)
                .text(leader)
                .text(engineVersion)
                .text(base)
                .bytes(format);
    }

    /** The same with a format of its own, so that a large buffer around it is not kept. */
    EpochHeader detached() {
        ByteBuffer copy = ByteBuffer.allocate(format.remaining());
        copy.put(format.duplicate()).flip();
        return new EpochHeader(
                epoch, opening, timestampMillis, family, leader, engineVersion, base, copy.asReadOnlyBuffer());
    }

    @Override
    public ByteBuffer encode() {
        FieldWriter writer = new FieldWriter(512).int1(EPOCH).int1(VERSION);
        write(writer);
        return writer.finish();
    }
}
