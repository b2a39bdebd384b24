package io.shareddb.replication.segment;

import java.util.Arrays;

/** Offsets of about every 64 KB of one segment, by index. Thread-safe: one thread adds while others look up. */
final class SparseIndex {
    private static final int STRIDE_BYTES = 64 << 10;

    private long[] indexes = new long[16];
    private int[] offsets = new int[16];
    private int size;

    /** Takes note of a record behind all earlier ones, if the last one noted is far enough away. */
    synchronized void add(long index, int offset) {
        if (size > 0 && offset - offsets[size - 1] < STRIDE_BYTES) {
            return;
        }
        if (size == indexes.length) {
            indexes = Arrays.copyOf(indexes, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        indexes[size] = index;
        offsets[size++] = offset;
    }

    /** Offset of the last noted record at or before {@code index}; the first record's if there is none. */
    synchronized int floor(long index) {
        int at = Arrays.binarySearch(indexes, 0, size, index);
        int floor = at >= 0 ? at : -at - 2;
        return floor < 0 ? SegmentHeader.BYTES : offsets[floor];
    }

    /** Forgets records from {@code index} on. */
    synchronized void cut(long index) {
        while (size > 0 && indexes[size - 1] >= index) {
            size--;
        }
    }
}
