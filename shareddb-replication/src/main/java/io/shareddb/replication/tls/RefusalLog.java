package io.shareddb.replication.tls;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Says what was wrong with a peer once in a while: peers try again every second, and strangers must not fill the log. Thread-safe;
 * bounded.
 */
public final class RefusalLog {
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final int MAX_KNOWN = 256;

    private final Logger log;
    private final LongSupplier nanoTime;
    private final Map<String, Long> said = new HashMap<>(); // guarded by this

    /**
     * Nothing is said yet.
     *
     * @param nanoTime monotonic, nanoseconds
     */
    public RefusalLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /**
     * Warns unless it did so within the last minute.
     *
     * @param self this node
     * @param host of the peer, without the port that changes with each connection
     * @param peer all that is known of it
     * @param why as of the peer
     */
    public void refused(String self, String host, String peer, String why) {
        if (isDue(host + " " + why)) {
            log.warn("{} has no connection with {}: {}", self, peer, why);
        }
    }

    private synchronized boolean isDue(String text) {
        long now = nanoTime.getAsLong();
        said.values().removeIf(at -> now - at >= AGAIN.toNanos());
        return said.size() < MAX_KNOWN && said.putIfAbsent(text, now) == null;
    }
}
