package io.shareddb.api.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Remembers what was used, so that a recorded request is good for nothing. Thread-safe; bounded. */
final class Nonces {
    private static final int MAX = 100_000;

    private final long keepMillis;
    private final Map<String, Long> used = new HashMap<>(); // guarded by this
    private long sweptMillis; // guarded by this

    /**
     * Starts empty.
     *
     * @param keep at least as long as a time stamp is accepted, before and after
     */
    Nonces(Duration keep) {
        keepMillis = keep.toMillis();
    }

    /** Whether {@code nonce} is used for the first time. When too many were used, nothing is accepted until some have aged. */
    synchronized boolean use(String nonce, long nowMillis) {
        if (nowMillis - sweptMillis > 10_000 || used.size() >= MAX) {
            used.values().removeIf(at -> nowMillis - at > keepMillis);
            sweptMillis = nowMillis;
        }
        return used.size() < MAX && used.putIfAbsent(nonce, nowMillis) == null;
    }
}
