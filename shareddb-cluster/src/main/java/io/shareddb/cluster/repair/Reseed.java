package io.shareddb.cluster.repair;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.FileCopies;
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
 * <p>Where the engine's files can be replaced, donors are asked for theirs first, and the engine is touched only when all of them are here.
 * Where no donor gives files, they are asked for rows, and the engine is touched only when one has begun to send. When a donor's copy breaks
 * off, the next one is asked, from the beginning: two copies are of two positions, so there is nothing to resume.
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
     * @param target what is loaded: it runs afterwards
     * @param progress gets a line for people now and then
     * @return the position of the copy
     * @throws ReseedException if no donor gave a whole copy; the engine may then hold part of one
     */
    public EnginePosition load(Target target, Consumer<String> progress) throws InterruptedException {
        List<Member> donors = candidates();
        if (donors.isEmpty()) {
            throw new ReseedException(
                    "no other node can give a copy now (needs one that is FOLLOWING or LEADING and has applied seq "
                            + needed.getAsLong() + ")");
        }
        Optional<FileCopies> files = target.files();
        if (files.isPresent()) {
            Optional<EnginePosition> position = receiveFiles(files.get(), progress);
            if (position.isPresent()) {
                progress.accept("starts the engine on its copy");
                target.replaceFiles();
                return position.get();
            }
        }
        List<String> refusals = new ArrayList<>();
        for (Member donor : donors) {
            progress.accept("asks " + donor.name() + " for a copy");
            try (InputStream in = fetcher.open(donor, CopyForm.ROWS)) {
                remember(in);
                return load(donor, in, target, progress);
            } catch (IOException e) {
                log.warn("no copy from {}: {}", donor.describe(), e.toString());
                refusals.add(donor.describe() + ": " + e.getMessage());
            } finally {
                forget();
            }
        }
        throw new ReseedException("no other node gave a whole copy: " + String.join("; ", refusals));
    }

    /** @return empty if nobody gave files that fit */
    private Optional<EnginePosition> receiveFiles(FileCopies files, Consumer<String> progress) {
        for (Member donor : DonorChoice.followers(peers.get(), needed.getAsLong())) {
            progress.accept("asks " + donor.name() + " for a copy of its files");
            long started = System.nanoTime();
            try (InputStream in = fetcher.open(donor, CopyForm.FILES)) {
                remember(in);
                EnginePosition position = files.receive(in, at -> tell(donor, at, progress));
                tellLoaded(donor, CopyForm.FILES, position, started);
                return Optional.of(position);
            } catch (IOException | EngineException e) {
                log.info("no files from {}: {}", donor.describe(), e.getMessage());
            } finally {
                forget();
            }
        }
        return Optional.empty();
    }

    private static void tellLoaded(Member donor, CopyForm form, EnginePosition position, long started) {
        log.info(
                "copy from {} loaded: form={} position={} after={}ms",
                donor.describe(),
                form,
                position.text(),
                (System.nanoTime() - started) / 1_000_000);
    }

    private EnginePosition load(Member donor, InputStream in, Target target, Consumer<String> progress)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        try {
            EnginePosition position = target.ready().snapshotLoader().load(in, at -> tell(donor, at, progress));
            tellLoaded(donor, CopyForm.ROWS, position, started);
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
                "copy from %s: %d %%, %s,%s %d MB",
                donor.name(),
                (long) at.percent(),
                at.phase(),
                at.rows() == 0 ? "" : " " + at.rows() + " rows,",
                at.bytes() / 1_000_000));
    }

    /** What is loaded. */
    public interface Target {
        /** Makes the engine ready for rows; may block to start it. */
        Engine ready() throws InterruptedException;

        /** Receives a copy of files; empty if the engine is not to be replaced by files. */
        Optional<FileCopies> files();

        /** Starts the engine on the files that were received instead of its own; blocks. */
        void replaceFiles() throws InterruptedException;
    }
}
