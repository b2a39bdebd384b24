package io.shareddb.cluster.simulation;

import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A model of a relay and of the applier that it feeds, in front of the real archive. */
final class ModelRelay {
    private static final int DOUBTS = 10;

    private final ModelEngine engine;
    private final LogArchive archive;
    private final Life life;
    private final Random random;

    ModelRelay(ModelEngine engine, LogArchive archive, Life life, Random random) {
        this.engine = engine;
        this.archive = archive;
        this.life = life;
        this.random = random;
    }

    /** The engine was told to follow. */
    void serve() {
        int applier = engine.applier();
        life.after(Duration.ofMillis(random.nextInt(20)), () -> find(applier, DOUBTS));
    }

    private boolean over(int applier) {
        return engine.applier() != applier || applier == 0;
    }

    private void find(int applier, int doubts) {
        if (over(applier)) {
            return;
        }
        TransactionCursor cursor;
        try {
            Resolution place =
                    archive.resolve(engine.family().position(engine.disk().position()));
            if (place.diverged() && doubts > 0) { // it may only be ahead of what is known here
                life.after(Duration.ofMillis(100), () -> find(applier, doubts - 1));
                return;
            }
            if (place.diverged() || place.dropped()) {
                engine.fail("error 1236: no place for " + engine.disk().position());
                return;
            }
            cursor = archive.read(place.nextSeq());
        } catch (IllegalStateException e) { // dropped by retention at this moment
            life.after(Duration.ofMillis(200), () -> find(applier, doubts));
            return;
        }
        feed(applier, cursor);
    }

    private void feed(int applier, TransactionCursor cursor) {
        if (over(applier)) {
            cursor.close();
            return;
        }
        if (!engine.works()) {
            life.after(Duration.ofMillis(20), () -> feed(applier, cursor));
            return;
        }
        @Nullable TransactionRecord record;
        try {
            record = cursor.next(Duration.ZERO);
        } catch (IllegalStateException | UncheckedIOException e) { // dropped by retention at this moment
            life.after(Duration.ofMillis(200), () -> find(applier, DOUBTS));
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        }
        if (record != null && !engine.apply(read(record))) {
            cursor.close();
            return;
        }
        int wait = record == null ? 4_000 : random.nextInt(50) == 0 ? 200_000 : 500;
        life.after(Life.micros(100 + random.nextInt(wait)), () -> feed(applier, cursor));
    }

    static ModelTransaction read(TransactionRecord record) {
        StringBuilder events = new StringBuilder();
        for (Iterator<ByteBuffer> pieces = record.events(); pieces.hasNext(); ) {
            events.append(StandardCharsets.US_ASCII.decode(pieces.next().duplicate()));
        }
        return ModelTransaction.read(record.gtid().text(), events.toString());
    }
}
