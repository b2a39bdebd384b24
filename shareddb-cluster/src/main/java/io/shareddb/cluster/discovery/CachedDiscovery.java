package io.shareddb.cluster.discovery;

import io.shareddb.cluster.member.PeerAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a directory now and then, and goes by its last answer in between and while it does not answer. Thread-safe. */
public final class CachedDiscovery implements Discovery {
    private static final Logger log = LoggerFactory.getLogger(CachedDiscovery.class);

    /** A directory of nodes. */
    public interface Directory {
        /** Asks; blocks for some seconds at most. */
        Set<PeerAddress> ask() throws IOException, InterruptedException;

        /** For logs. */
        String describe();
    }

    private final Directory directory;
    private final Duration keep;
    private final LongSupplier nanoTime;
    private Set<PeerAddress> known = Set.of(); // guarded by this
    private String problem = ""; // guarded by this
    private long askedNanos; // guarded by this
    private boolean asked; // guarded by this

    /**
     * Prepares; nobody is asked yet.
     *
     * @param keep how long an answer, or none, is gone by
     * @param nanoTime monotonic, nanoseconds
     */
    public CachedDiscovery(Directory directory, Duration keep, LongSupplier nanoTime) {
        this.directory = directory;
        this.keep = keep;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized Set<PeerAddress> addresses() {
        if (asked && nanoTime.getAsLong() - askedNanos < keep.toNanos()) {
            return known;
        }
        try {
            Set<PeerAddress> found = directory.ask();
            if (!found.equals(known)) {
                log.info("{} names {}", directory.describe(), found);
            }
            known = Set.copyOf(found);
            problem = "";
        } catch (IOException e) {
            note(String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        asked = true;
        askedNanos = nanoTime.getAsLong();
        return known;
    }

    private synchronized void note(String now) {
        if (!now.equals(problem)) {
            log.warn("{} does not answer, its last answer counts ({}): {}", directory.describe(), known, now);
            problem = now;
        }
    }
}
