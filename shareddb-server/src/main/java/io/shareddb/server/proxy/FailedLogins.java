package io.shareddb.server.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows guessing down: how long a client waits for the news that its password was wrong. The first failure of an account from an
 * address costs {@value #FIRST_MILLIS} ms, each further one twice as much, up to {@value #MAX_MILLIS} ms; a login that succeeds, or
 * {@value #FORGET_MINUTES} minutes without failure, start over. Right passwords never wait. Thread-safe.
 */
final class FailedLogins {
    static final long FIRST_MILLIS = 100;
    static final long MAX_MILLIS = 5_000;
    static final long FORGET_MINUTES = 10;
    private static final int MAX_ENTRIES = 20_000;

    private record Key(InetAddress address, String user) {}

    private record Failures(int count, long lastNanos) {}

    private final LongSupplier nanos;

    private final Map<Key, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Failures> eldest) {
            return size() > MAX_ENTRIES;
        }
    }; // guarded by this: logins of all event loops

    /** @param nanos a clock, as {@link System#nanoTime} */
    FailedLogins(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Counts a failure; says how long to keep quiet about it. */
    synchronized Duration failed(InetAddress address, String user) {
        long now = nanos.getAsLong();
        Failures next = failures.compute(new Key(address, user), (key, known) -> {
            boolean recent = known != null && now - known.lastNanos() < TimeUnit.MINUTES.toNanos(FORGET_MINUTES);
            return new Failures(recent ? Math.min(known.count() + 1, 30) : 1, now);
        });
        return Duration.ofMillis(Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(next.count() - 1, 20)));
    }

    /** Starts over. */
    synchronized void succeeded(InetAddress address, String user) {
        failures.remove(new Key(address, user));
    }
}
