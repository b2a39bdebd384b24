package io.shareddb.cluster.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a transaction of a model engine is: unique inserts.
 *
 * @param gtid as MariaDB writes it
 * @param keys the rows that it inserts, in order
 */
record ModelTransaction(String gtid, List<String> keys) {
    /** Within its domain. */
    long number() {
        return number(gtid);
    }

    static long number(String gtid) {
        return gtid.isEmpty() ? 0 : Long.parseLong(gtid.substring(gtid.lastIndexOf('-') + 1));
    }

    /** One event per row. */
    List<ByteBuffer> events() {
        return keys.stream()
                .map(key -> StandardCharsets.US_ASCII.encode(key + "\n").asReadOnlyBuffer())
                .toList();
    }

    static ModelTransaction read(String gtid, String events) {
        return new ModelTransaction(gtid, List.of(events.split("\n", -1)).subList(0, (int)
                events.chars().filter(c -> c == '\n').count()));
    }
}
