package io.shareddb.protocol.binlog;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A position in MariaDB's history: the last transaction of each domain, as in {@code gtid_slave_pos} and
 * {@code @slave_connect_state}.
 *
 * @param last in the order of the text; empty for the beginning of history
 */
public record MariaDbPosition(List<MariaDbGtid> last) {
    /** The beginning of history. */
    public static final MariaDbPosition START = new MariaDbPosition(List.of());

    public MariaDbPosition {
        last = List.copyOf(last);
    }

    /**
     * Reads GTIDs with commas between.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    public static MariaDbPosition parse(String text) {
        if (text.isBlank()) {
            return START;
        }
        return new MariaDbPosition(
                Arrays.stream(text.split(",", -1)).map(MariaDbGtid::parse).toList());
    }

    @Override
    public String toString() {
        return last.stream().map(MariaDbGtid::toString).collect(Collectors.joining(","));
    }
}
