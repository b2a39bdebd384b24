package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCorruptException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Transactions, or pieces of one, that were captured while earlier ones were on their way to the disks.
 *
 * <pre>
 * int&lt;8&gt; epoch | int&lt;8&gt; opening | int&lt;8&gt; number | int&lt;4&gt; count of fragments, from 1
 * fragment: int&lt;1&gt; flags: 1 first, 2 last | if first: text gtid, int&lt;8&gt; timestamp | bytes events
 * </pre>
 *
 * @param epoch the epoch it was captured in
 * @param opening which opening of that epoch
 * @param number 1, 2, 3 within that opening; one that is out of order is dropped by every node
 * @param fragments in the order of the engine's binlog; only the last one may be unfinished
 */
record Batch(long epoch, long opening, long number, List<Fragment> fragments) implements LogPayload {
    static final int MAX_TRANSACTIONS = 64;
    static final int MAX_BYTES = 256 << 10;
    private static final int FIRST = 1;
    private static final int LAST = 2;

    static Batch read(FieldReader reader) {
        long epoch = reader.int8();
        long opening = reader.int8();
        long number = reader.int8();
        int count = reader.int4();
        if (count < 1) {
            throw new LogCorruptException("batch of " + count + " fragments (expected: 1 or more)");
        }
        List<Fragment> fragments = new ArrayList<>(Math.min(count, MAX_TRANSACTIONS));
        for (int i = 0; i < count; i++) {
            fragments.add(fragment(reader));
        }
        return new Batch(epoch, opening, number, fragments);
    }

    private static Fragment fragment(FieldReader reader) {
        int flags = reader.int1();
        if ((flags & ~(FIRST | LAST)) != 0) {
            throw new LogCorruptException("fragment with flags " + flags + " (expected: 0 to 3)");
        }
        boolean first = (flags & FIRST) != 0;
        return new Fragment(
                first, (flags & LAST) != 0, first ? reader.text() : "", first ? reader.int8() : 0, reader.bytes());
    }

    @Override
    public ByteBuffer encode() {
        int bytes = 64;
        for (Fragment fragment : fragments) {
            bytes += fragment.events().remaining() + 3 * fragment.gtid().length() + 32;
        }
        FieldWriter writer = new FieldWriter(bytes)
                .int1(BATCH)
                .int1(VERSION)
                .int8(epoch)
                .int8(opening)
                .int8(number)
                .int4(fragments.size());
        for (Fragment fragment : fragments) {
            writer.int1((fragment.first() ? FIRST : 0) | (fragment.last() ? LAST : 0));
            if (fragment.first()) {
                writer.text(fragment.gtid()).int8(fragment.timestampMillis());
            }
            writer.bytes(fragment.events());
        }
        return writer.finish();
    }
}
