package io.shareddb.replication.engine;

import java.util.Map;

/**
 * What an engine holds, so short that it can be sent to others and compared with what theirs hold. Immutable.
 *
 * @param parts by kind and name, as in {@code table rental.film}
 * @param tablesRead how many tables were read until now
 * @param tables how many there are
 * @param finished nothing more will be read; tables that are missing from what was read were too much
 */
public record ContentDigest(Map<String, Part> parts, int tablesRead, int tables, boolean finished) {
    /** Of a part that has no rows, or whose rows were not read. */
    public static final long UNREAD = -1;

    public ContentDigest {
        parts = Map.copyOf(parts);
    }

    /**
     * One database, table, view, trigger, routine, event or account.
     *
     * @param definition equal where it is defined alike
     * @param rows of a table that was read; else {@link #UNREAD}
     * @param checksum of these rows, comparable between engines of one series; else empty
     */
    public record Part(String definition, long rows, String checksum) {
        /** One without rows. */
        public static Part defined(String definition) {
            return new Part(definition, UNREAD, "");
        }

        /** The same, read. */
        public Part with(long count, String sum) {
            return new Part(definition, count, sum);
        }
    }
}
