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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces an engine's content with a copy from another node. Thread-safe; one copy at a time.
 *
 * <p>The engine is touched only when a donor has begun to send.
 */
public final class Reseed {
    private static final Logger log = LoggerFactory.getLogger(Reseed.class);

    private final Supplier<List<PeerStatus>> peers;
    private final SnapshotFetcher fetcher;
    private @Nullable InputStream open; // guarded by this
    private boolean cancelled; // guarded by this

    public Reseed(Supplier<List<PeerStatus>> peers, SnapshotFetcher fetcher) {
        this.peers = peers;
        this.fetcher = fetcher;
    }

    /** Whether another node seems able to give a copy now. */
    public boolean possible() {
        return !DonorChoice.candidates(peers.get()).isEmpty();
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
        List<Member> donors = DonorChoice.candidates(peers.get());
        if (donors.isEmpty()) {
            throw new ReseedException("no other node can give a copy now (needs one that is FOLLOWING or LEADING)");
        }
        List<String> refusals = new ArrayList<>();
        for (Member donor : donors) {
            progress.accept("asks " + donor.name() + " for a copy");
            InputStream in;
            try {
                in = fetcher.open(donor);
            } catch (IOException e) {
                refusals.add(donor.describe() + ": " + e.getMessage());
                continue;
            }
            try (in) {
                remember(in);
                long started = System.nanoTime();
                EnginePosition position =
                        engine.ready().snapshotLoader().load(in, at -> progress.accept(describe(donor, at)));
                log.info(
                        "copy from {} loaded: position={} after={}ms",
                        donor.describe(),
                        position.text(),
                        (System.nanoTime() - started) / 1_000_000);
                return position;
            } catch (IOException | EngineException e) {
                throw new ReseedException("copy from " + donor.describe() + " broke off: " + e.getMessage(), e);
            } finally {
                forget();
            }
        }
        throw new ReseedException("no other node gave a copy: " + String.join("; ", refusals));
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
    }

    private static String describe(Member donor, SnapshotProgress at) {
        long megabytes = at.bytesDone() / 1_000_000;
        String rows = at.rowsEstimated() == 0
                ? at.rowsDone() + " rows"
                : String.format(Locale.ROOT, "%d of about %d rows", at.rowsDone(), at.rowsEstimated());
        return "copy from " + donor.name() + ": " + at.phase() + ", " + rows + ", " + megabytes + " MB";
    }

    /** Makes an engine ready to be loaded. */
    @FunctionalInterface
    public interface EngineSupplier {
        /** May block to start it. */
        Engine ready() throws InterruptedException;
    }
}
