package io.shareddb.replication.segment;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One segment file. Changed by the log's thread; {@link #writtenEnd} and {@link #sparse} are for readers too. */
final class Segment {
    private static final String SUFFIX = ".segment";

    final SegmentHeader header;
    final String name;

    /** End of what readers may read. */
    volatile int writtenEnd;

    /** Null until somebody needs it: built by reading the file. */
    volatile @Nullable SparseIndex sparse;

    Segment(SegmentHeader header, int writtenEnd, @Nullable SparseIndex sparse) {
        this.header = header;
        this.name = name(header.firstIndex());
        this.writtenEnd = writtenEnd;
        this.sparse = sparse;
    }

    long firstIndex() {
        return header.firstIndex();
    }

    static String name(long firstIndex) {
        return String.format(Locale.ROOT, "%020d%s", firstIndex, SUFFIX);
    }

    /** First index of the segment with that file name; empty if it is not one. */
    static OptionalLong firstIndex(String name) {
        if (name.length() != 20 + SUFFIX.length() || !name.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name.substring(0, 20)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
