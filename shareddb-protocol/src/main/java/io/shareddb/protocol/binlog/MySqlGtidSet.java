package io.shareddb.protocol.binlog;

import io.shareddb.protocol.binlog.GtidIntervals.Range;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A set of MySQL transactions, as in {@code gtid_executed}. Immutable value. The binary forms are in
 * {@link GtidSetCodec}.
 *
 * @param sources each with at least one number
 */
public record MySqlGtidSet(SortedMap<GtidSource, GtidIntervals> sources) {
    /** No transactions. */
    public static final MySqlGtidSet EMPTY = new MySqlGtidSet(new TreeMap<>());

    public MySqlGtidSet {
        TreeMap<GtidSource, GtidIntervals> copy = new TreeMap<>();
        sources.forEach((source, numbers) -> {
            if (!numbers.isEmpty()) {
                copy.put(source, numbers);
            }
        });
        sources = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Reads {@code uuid:1-3:7:tag:1-2,uuid:1}, with spaces and line ends anywhere between the parts.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    public static MySqlGtidSet parse(String text) {
        return GtidSetText.parse(text);
    }

    public boolean isEmpty() {
        return sources.isEmpty();
    }

    /** If the set has a tag, which only MySQL 8.3 and newer understand. */
    public boolean hasTags() {
        return sources.keySet().stream().anyMatch(source -> !source.tag().isEmpty());
    }

    /** The numbers of {@code source} in this set. */
    public GtidIntervals numbers(GtidSource source) {
        @Nullable GtidIntervals numbers = sources.get(source);
        return numbers == null ? GtidIntervals.EMPTY : numbers;
    }

    public boolean contains(MySqlGtid gtid) {
        return numbers(gtid.source()).contains(gtid.number());
    }

    /** If every transaction of {@code other} is in this set. */
    public boolean containsAll(MySqlGtidSet other) {
        return other.minus(this).isEmpty();
    }

    public MySqlGtidSet plus(MySqlGtid gtid) {
        if (contains(gtid)) {
            return this;
        }
        Range range = new Range(gtid.number(), gtid.number() + 1);
        return plus(new MySqlGtidSet(new TreeMap<>(Map.of(gtid.source(), new GtidIntervals(List.of(range))))));
    }

    public MySqlGtidSet plus(MySqlGtidSet other) {
        TreeMap<GtidSource, GtidIntervals> all = new TreeMap<>(sources);
        other.sources.forEach((source, numbers) -> all.merge(source, numbers, GtidIntervals::plus));
        return new MySqlGtidSet(all);
    }

    public MySqlGtidSet minus(MySqlGtidSet other) {
        TreeMap<GtidSource, GtidIntervals> rest = new TreeMap<>();
        sources.forEach((source, numbers) -> rest.put(source, numbers.minus(other.numbers(source))));
        return new MySqlGtidSet(rest);
    }

    /** As MySQL writes it, without the line ends: {@code uuid:1-3:7:tag:1-2,uuid:1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        @Nullable UUID last = null;
        for (Map.Entry<GtidSource, GtidIntervals> entry : sources.entrySet()) {
            GtidSource source = entry.getKey();
            if (!source.uuid().equals(last)) {
                text.append(last == null ? "" : ",").append(source.uuid());
                last = source.uuid();
            }
            if (!source.tag().isEmpty()) {
                text.append(':').append(source.tag());
            }
            entry.getValue().ranges().forEach(range -> text.append(':').append(range));
        }
        return text.toString();
    }
}
