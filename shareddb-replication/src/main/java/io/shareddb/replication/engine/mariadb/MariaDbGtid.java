package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.Gtid;

/**
 * A MariaDB GTID, {@code domain-server-sequence}.
 *
 * @param domain 0 to 2^32 - 1; always 0 here, clients cannot set it
 * @param server server id of the engine that wrote it, unique per epoch; 1 to 2^32 - 1
 * @param sequence unsigned; grows by one within the domain
 * @see <a href="https://mariadb.com/kb/en/gtid/">manual</a>
 */
public record MariaDbGtid(long domain, long server, long sequence) implements Gtid {
    public MariaDbGtid {
        if (domain >>> 32 != 0 || server >>> 32 != 0) {
            throw new IllegalArgumentException("gtid: " + domain + "-" + server + "-" + Long.toUnsignedString(sequence)
                    + " (expected: domain and server of 0 to 2^32 - 1)");
        }
    }

    static MariaDbGtid parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("gtid: '" + text + "' (expected: domain-server-sequence)");
        }
        return new MariaDbGtid(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseUnsignedLong(parts[2]));
    }

    @Override
    public String text() {
        return domain + "-" + server + "-" + Long.toUnsignedString(sequence);
    }

    @Override
    public String toString() {
        return text();
    }
}
