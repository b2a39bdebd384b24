package io.shareddb.protocol.binlog;

/**
 * MySQL's global transaction id, {@code uuid:number} or {@code uuid:tag:number}.
 *
 * @param number 1 to 2^63 - 2
 */
public record MySqlGtid(GtidSource source, long number) {
    public MySqlGtid {
        if (number < 1 || number == Long.MAX_VALUE) {
            throw new IllegalArgumentException("number: " + number + " (expected: 1 to 2^63 - 2)");
        }
    }

    /**
     * Reads {@code uuid:number} or {@code uuid:tag:number}.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    public static MySqlGtid parse(String text) {
        String[] parts = text.trim().split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new IllegalArgumentException("gtid: '" + text + "' (expected: uuid:number or uuid:tag:number)");
        }
        GtidSource source = GtidSource.of(parts[0], parts.length == 3 ? parts[1] : "");
        try {
            return new MySqlGtid(source, Long.parseLong(parts[parts.length - 1]));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("gtid: '" + text + "' (expected: a number at the end)", e);
        }
    }

    @Override
    public String toString() {
        return source + ":" + number;
    }
}
