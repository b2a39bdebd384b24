package io.shareddb.api.cluster;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends a stream from which nothing comes any more. One thread reads; any thread may close. */
final class StallGuard extends FilterInputStream {
    private static final long NOT_READING = Long.MAX_VALUE;

    private final long limitNanos;
    private final ScheduledFuture<?> check;
    private volatile long readingSinceNanos = NOT_READING;
    private volatile boolean stalled;

    /**
     * Watches.
     *
     * @param in closed with this
     * @param limit how long one read may take
     */
    StallGuard(InputStream in, Duration limit, ScheduledExecutorService timer) {
        super(in);
        limitNanos = limit.toNanos();
        long period = Math.max(1, limit.toMillis() / 4);
        check = timer.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
    }

    private void check() {
        long since = readingSinceNanos;
        if (since != NOT_READING && System.nanoTime() - since > limitNanos) {
            stalled = true;
            try {
                close();
            } catch (IOException e) {
                stalled = true; // the reader fails all the same
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        readingSinceNanos = System.nanoTime();
        try {
            int count = in.read(bytes, offset, length);
            if (stalled) {
                throw new IOException("nothing came");
            }
            return count;
        } catch (IOException e) {
            throw stalled ? new IOException("nothing came for " + limitNanos / 1_000_000 + "ms", e) : e;
        } finally {
            readingSinceNanos = NOT_READING;
        }
    }

    @Override
    public void close() throws IOException {
        check.cancel(false);
        super.close();
    }
}
