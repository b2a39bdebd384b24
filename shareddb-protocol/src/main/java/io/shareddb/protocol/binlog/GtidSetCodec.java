package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.binlog.GtidIntervals.Range;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * GTID sets in binary, as dump commands and {@link EventType#PREVIOUS_GTIDS} carry them.
 *
 * <pre>
 * without tags: int&lt;8&gt; sources, then each: 16 bytes uuid | int&lt;8&gt; ranges, then each: int&lt;8&gt; start | int&lt;8&gt; end, exclusive
 * with tags:    01 | int&lt;6&gt; sources | 01, then each: 16 bytes uuid | int&lt;1&gt; 2 x length of the tag | tag | ranges as above
 * </pre>
 */
public final class GtidSetCodec {
    private static final long TAGGED = 0x0100000000000001L;
    private static final int RANGE_BYTES = 16;

    private GtidSetCodec() {}

    /** Reads a set in either form; {@code in} stays the caller's. */
    public static MySqlGtidSet read(ByteBuf in) {
        long head = Fields.readInt8(in);
        boolean tagged = head >>> 56 == 1;
        if (!tagged && head >>> 56 != 0) {
            throw new MalformedPacketException("GTID set of unknown format " + (head >>> 56) + " (expected: 0 or 1)");
        }
        long count = tagged ? head << 8 >>> 16 : head;
        TreeMap<GtidSource, GtidIntervals> sources = new TreeMap<>();
        for (long i = 0; i < count; i++) { // each turn reads 24 bytes at least or throws
            UUID uuid = GtidSource.readUuid(in);
            GtidSource source = source(uuid, tagged ? readTag(in) : "");
            sources.merge(source, readRanges(in), GtidIntervals::plus);
        }
        return new MySqlGtidSet(sources);
    }

    private static GtidSource source(UUID uuid, String tag) {
        try {
            return new GtidSource(uuid, tag);
        } catch (IllegalArgumentException e) {
            throw new MalformedPacketException("GTID set: " + e.getMessage());
        }
    }

    private static String readTag(ByteBuf in) {
        int length = Fields.readInt1(in);
        if (length % 2 != 0 || length / 2 > GtidSource.MAX_TAG) {
            throw new MalformedPacketException("GTID set: tag length 0x" + Integer.toHexString(length));
        }
        return Fields.readSlice(in, length / 2).toString(StandardCharsets.US_ASCII);
    }

    private static GtidIntervals readRanges(ByteBuf in) {
        long count = Fields.readInt8(in);
        if (count < 0 || count > in.readableBytes() / RANGE_BYTES) {
            throw new MalformedPacketException(
                    "GTID set: " + Long.toUnsignedString(count) + " ranges in " + in.readableBytes() + " bytes");
        }
        List<Range> ranges = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            long start = in.readLongLE();
            long end = in.readLongLE();
            if (start < 1 || end <= start) {
                throw new MalformedPacketException("GTID set: range from " + start + " to before " + end);
            }
            ranges.add(new Range(start, end));
        }
        return GtidIntervals.of(ranges);
    }

    /** Appends {@code set}, in the form with tags only if it has one: older servers do not know it. */
    public static void write(MySqlGtidSet set, ByteBuf out) {
        boolean tagged = set.hasTags();
        long count = set.sources().size();
        out.writeLongLE(tagged ? TAGGED | count << 8 : count);
        for (Map.Entry<GtidSource, GtidIntervals> entry : set.sources().entrySet()) {
            GtidSource source = entry.getKey();
            GtidSource.writeUuid(source.uuid(), out);
            if (tagged) {
                out.writeByte(source.tag().length() << 1);
                out.writeCharSequence(source.tag(), StandardCharsets.US_ASCII);
            }
            List<Range> ranges = entry.getValue().ranges();
            out.writeLongLE(ranges.size());
            for (Range range : ranges) {
                out.writeLongLE(range.start()).writeLongLE(range.end());
            }
        }
    }
}
