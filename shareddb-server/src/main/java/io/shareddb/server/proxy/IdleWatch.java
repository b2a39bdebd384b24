package io.shareddb.server.proxy;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at all sessions, and at connections that none has, now and then, each on its own event loop. Thread-safe. */
final class IdleWatch {
    private static final Duration MAX_PERIOD = Duration.ofSeconds(5);
    private static final Duration MIN_PERIOD = Duration.ofMillis(50);

    private final ProxyConfig config;
    private final SessionRegistry sessions;
    private final BackendPool pool;
    private final AtomicLong pressedNanos = new AtomicLong(System.nanoTime() - MIN_PERIOD.toNanos());

    IdleWatch(ProxyConfig config, SessionRegistry sessions, BackendPool pool) {
        this.config = config;
        this.sessions = sessions;
        this.pool = pool;
    }

    /** Begins; ends with {@code loops}. */
    void start(EventLoopGroup loops) {
        ProxyConfig.Times times = config.times();
        Duration shortest = times.idle();
        for (Duration other : new Duration[] {times.interactiveIdle(), times.slowReader(), times.engineIdle()}) {
            shortest = other.compareTo(shortest) < 0 ? other : shortest;
        }
        long periodNanos = Math.max(MIN_PERIOD.toNanos(), Math.min(shortest.toNanos() / 4, MAX_PERIOD.toNanos()));
        var unused =
                loops.next().scheduleAtFixedRate(() -> look(false), periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    }

    /** The engine takes no more connections: idle sessions must give back theirs. */
    void press() {
        long now = System.nanoTime();
        long last = pressedNanos.get();
        if (now - last >= MIN_PERIOD.toNanos() && pressedNanos.compareAndSet(last, now)) {
            pool.clear();
            look(true);
        }
    }

    private void look(boolean pressed) {
        pool.look();
        long now = System.nanoTime();
        for (ProxySession session : sessions.all()) {
            session.channel().eventLoop().execute(() -> session.idleness().look(now, pressed));
        }
    }
}
