package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clock of a command that waits for a leader or an engine: calls now and then, until it has waited long enough. Event loop only. */
final class LeaderWait {
    private static final long LOOK_MILLIS = 100;

    private final EventLoop loop;
    private final Listener listener;
    private @Nullable ScheduledFuture<?> next;

    /** Hears the clock. */
    interface Listener {
        /** Time to look again. */
        void look(Request request);

        /** The command has waited as long as it may. */
        void expired(Request request, Duration waited);
    }

    LeaderWait(EventLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Calls once, soon; without effect while it is running already. */
    void start(Request request, Duration limit) {
        if (next != null) {
            return;
        }
        long leftNanos = request.startNanos() + limit.toNanos() - System.nanoTime();
        long pauseNanos = Math.max(0, Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)));
        next = loop.schedule(
                () -> {
                    next = null;
                    if (System.nanoTime() - request.startNanos() >= limit.toNanos()) {
                        listener.expired(request, limit);
                    } else {
                        listener.look(request);
                    }
                },
                pauseNanos,
                TimeUnit.NANOSECONDS);
    }

    void stop() {
        ScheduledFuture<?> running = next;
        if (running != null) {
            next = null;
            running.cancel(false);
        }
    }
}
