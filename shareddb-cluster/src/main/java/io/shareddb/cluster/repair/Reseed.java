package io.shareddb.cluster.repair;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces an engine's content with a copy from another node. Thread-safe; one copy at a time.
 *
 * <p>The engine is touched only when a donor has begun to send. When a donor's copy breaks off, the next one is asked, from the beginning:
 * two copies are of two positions, so there is nothing to resume.
 */
public final class Reseed {
    private static final Logger log = LoggerFactory.getLogger(Reseed.class);

    private final Supplier<List<PeerStatus>> peers;
    private final LongSupplier needed;
    private final SnapshotFetcher fetcher;
    private @Nullable InputStream open; // guarded by this
    private boolean cancelled; // guarded by this
    private volatile @Nullable Double percent;

    /**
     * Nothing is fetched yet.
     *
     * @param needed the last transaction that a copy must hold, because this node's log begins behind it
     */
    public Reseed(Supplier<List<PeerStatus>> peers, LongSupplier needed, SnapshotFetcher fetcher) {
        this.peers = peers;
        this.needed = needed;
        this.fetcher = fetcher;
    }

    /** Whether another node seems able to give a copy now. */
    public boolean possible() {
        return !candidates().isEmpty();
    }

    private List<Member> candidates() {
        return DonorChoice.candidates(peers.get(), needed.getAsLong());
    }

    /**
     * Fetches and loads; blocks, for hours if it must.
     *
     * @param engine makes the engine ready for loading, once a donor sends: it runs afterwards
     * @param progress gets a line for people now and then
     * @return the position of the copy
     * @throws ReseedException if no donor gave a whole copy; the engine may then hold part of one
     */
    public EnginePosition load(EngineSupplier engine, Consumer<String> progress) throws InterruptedException {
        List<Member> donors = candidates();
        if (donors.isEmpty()) {
            throw new ReseedException(
                    "no other node can give a copy now (needs one that is FOLLOWING or LEADING and has applied seq "
                            + needed.getAsLong() + ")");
        }
        List<String> refusals = new ArrayList<>();
        for (Member donor : donors) {
            progress.accept("asks " + donor.name() + " for a copy");
            try (InputStream in = fetcher.open(donor)) {
                remember(in);
                return load(donor, in, engine, progress);
            } catch (IOException e) {
                log.warn("no copy from {}: {}", donor.describe(), e.toString());
                refusals.add(donor.describe() + ": " + e.getMessage());
            } finally {
                forget();
            }
        }
        throw new ReseedException("no other node gave a whole copy: " + String.join("; ", refusals));
    }

    private EnginePosition load(Member donor, InputStream in, EngineSupplier engine, Consumer<String> progress)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        try {
            EnginePosition position = engine.ready().snapshotLoader().load(in, at -> tell(donor, at, progress));
            log.info(
                    "copy from {} loaded: position={} after={}ms",
                    donor.describe(),
                    position.text(),
                    (System.nanoTime() - started) / 1_000_000);
            return position;
        } catch (EngineException e) { // no other donor would help
            throw new ReseedException(
                    "the copy from " + donor.describe() + " could not be loaded: " + e.getMessage(), e);
        }
    }

    /** How much of the copy that is under way is loaded, 0 to 100; empty while there is none. */
    public Optional<Double> percent() {
        return Optional.ofNullable(percent);
    }

    /** Breaks off a copy that is under way, and every later one. */
    public void cancel() {
        InputStream in;
        synchronized (this) {
            cancelled = true;
            in = open;
        }
        if (in != null) {
            try {
                in.close();
            } catch (IOException e) {
                log.debug("closing a copy that is given up: {}", e.toString());
            }
        }
    }

    private synchronized void remember(InputStream in) throws IOException {
        if (cancelled) {
            throw new IOException("given up");
        }
        open = in;
    }

    private synchronized void forget() {
        open = null;
        percent = null;
    }

    private void tell(Member donor, SnapshotProgress at, Consumer<String> progress) {
        percent = at.percent();
        progress.accept(String.format(
                Locale.ROOT,
                "copy from %s: %d %%, %s, %d rows, %d MB",
                donor.name(),
                (long) at.percent(),
                at.phase(),
                at.rows(),
                at.bytes() / 1_000_000));
    }

    /** Makes an engine ready to be loaded. */
    @FunctionalInterface
    public interface EngineSupplier {
        /** May block to start it. */
        Engine ready() throws InterruptedException;
    }
}
