package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import java.util.Optional;

/**
 * What a MariaDB engine holds: the last GTID of domain 0, the only one in use.
 *
 * @param last empty before the first transaction
 */
public record MariaDbPosition(Optional<MariaDbGtid> last) implements EnginePosition {
    static final MariaDbPosition EMPTY = new MariaDbPosition(Optional.empty());

    static MariaDbPosition parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        if (text.contains(",")) {
            throw new IllegalArgumentException("position: '" + text + "' (expected: one GTID domain)");
        }
        return new MariaDbPosition(Optional.of(MariaDbGtid.parse(text)));
    }

    @Override
    public String text() {
        return last.map(MariaDbGtid::text).orElse("");
    }

    @Override
    public boolean contains(Gtid gtid) {
        return last.isPresent()
                && Long.compareUnsigned(
                                ((MariaDbGtid) gtid).sequence(), last.get().sequence())
                        <= 0;
    }

    @Override
    public EnginePosition plus(Gtid gtid) {
        return new MariaDbPosition(Optional.of((MariaDbGtid) gtid));
    }

    @Override
    public String toString() {
        return text();
    }
}
