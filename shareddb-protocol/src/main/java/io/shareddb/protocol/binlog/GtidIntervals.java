package io.shareddb.protocol.binlog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of transaction numbers of one source, as ranges in ascending order that neither touch nor overlap.
 *
 * @param ranges in that form; make one from others with {@link #of}
 */
public record GtidIntervals(List<Range> ranges) {
    /** No numbers. */
    public static final GtidIntervals EMPTY = new GtidIntervals(List.of());

    /**
     * The numbers from {@code start} to {@code end - 1}.
     *
     * @param start from 1
     * @param end greater than {@code start}
     */
    public record Range(long start, long end) {
        public Range {
            if (start < 1 || end <= start) {
                throw new IllegalArgumentException(
                        "range: " + start + " to before " + end + " (expected: 1 <= start < end)");
            }
        }

        @Override
        public String toString() {
            return end == start + 1 ? Long.toString(start) : start + "-" + (end - 1);
        }
    }

    public GtidIntervals {
        ranges = List.copyOf(ranges);
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).start() <= ranges.get(i - 1).end()) {
                throw new IllegalArgumentException("ranges: " + ranges + " (expected: ascending, with gaps)");
            }
        }
    }

    /** The numbers of {@code ranges}, which may be in any order, touch and overlap. */
    public static GtidIntervals of(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(Range::start));
        List<Range> merged = new ArrayList<>(sorted.size());
        for (Range range : sorted) {
            int last = merged.size() - 1;
            if (last >= 0 && range.start() <= merged.get(last).end()) {
                Range before = merged.get(last);
                merged.set(last, new Range(before.start(), Math.max(before.end(), range.end())));
            } else {
                merged.add(range);
            }
        }
        return new GtidIntervals(merged);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(long number) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (number < range.start()) {
                high = middle - 1;
            } else if (number >= range.end()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** These numbers and those of {@code other}. */
    public GtidIntervals plus(GtidIntervals other) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return of(all);
    }

    /** These numbers without those of {@code other}. */
    public GtidIntervals minus(GtidIntervals other) {
        List<Range> rest = new ArrayList<>();
        int i = 0;
        for (Range range : ranges) {
            long start = range.start();
            while (i < other.ranges.size() && other.ranges.get(i).end() <= start) {
                i++;
            }
            for (int j = i; j < other.ranges.size() && start < range.end(); j++) {
                Range hole = other.ranges.get(j);
                if (hole.start() >= range.end()) {
                    break;
                }
                if (hole.start() > start) {
                    rest.add(new Range(start, hole.start()));
                }
                start = Math.max(start, hole.end());
            }
            if (start < range.end()) {
                rest.add(new Range(start, range.end()));
            }
        }
        return new GtidIntervals(rest);
    }
}
