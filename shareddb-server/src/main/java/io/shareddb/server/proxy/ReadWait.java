package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.server.routing.Consistency;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a read see what its consistency demands: asks the leader how far the history is, waits until this node's log and engine are
 * there, and gives the read to the leader where that takes too long. One step at a time. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the loop runs as long as the session
final class ReadWait {
    private static final long RETRY_MILLIS = 20;

    private final ProxyContext context;
    private final EventLoop loop;
    private final Runnable done;

    /** @param done called after each step that a method began */
    ReadWait(ProxyContext context, EventLoop loop, Runnable done) {
        this.context = context;
        this.loop = loop;
        this.done = done;
    }

    /**
     * Whether {@code request} must know first what was committed anywhere: it asks for that, or for more than a leader knows of, which
     * then may have been deposed without having heard of it.
     *
     * @param leads this node does, as far as it knows
     * @param peer the session is another node's, which has asked already where that was wanted
     */
    boolean needsBarrier(Request request, SessionState state, boolean leads, boolean peer) {
        if (!request.readsRows() || request.barrierPassed() || state.inTransaction()) {
            return false;
        }
        return (!peer && consistency(request, state) == Consistency.STRONG)
                || (leads
                        && wantedSeq(request, state)
                                > context.cluster().history().committedSeq());
    }

    private long wantedSeq(Request request, SessionState state) {
        return consistency(request, state) == Consistency.EVENTUAL
                ? request.minSeq()
                : Math.max(state.minSeq(), request.minSeq());
    }

    /** Why this node's engine must not answer {@code request}: it may be far behind, and nobody asked for stale data. */
    Optional<ErrPacket> staleRefusal(Request request, SessionState state) {
        boolean asksForFresh = request.readsRows() && consistency(request, state) != Consistency.EVENTUAL;
        return asksForFresh ? context.cluster().refusesReads().map(ProxyErrors::staleRead) : Optional.empty();
    }

    private Consistency consistency(Request request, SessionState state) {
        return request.hint()
                .consistency()
                .or(state::consistency)
                .orElse(context.config().consistency());
    }

    /** Asks this node's log, which leads. */
    void barrierHere(Request request) {
        AtomicBoolean answered = new AtomicBoolean();
        Future<?> limit = loop.schedule(
                () -> {
                    if (answered.compareAndSet(false, true)) {
                        done.run(); // asks again, until the command has waited as long as it may
                    }
                },
                context.config().times().ownWriteWait().toMillis() + 1,
                TimeUnit.MILLISECONDS);
        context.cluster()
                .history()
                .readBarrier()
                .whenComplete((seq, failure) -> loop.execute(() -> {
                    if (answered.compareAndSet(false, true)) {
                        limit.cancel(false);
                        if (failure == null) {
                            request.barrierPassed(seq);
                            done.run();
                        } else {
                            loop.schedule(done, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                        }
                    }
                }));
    }

    /** Asks the leader through {@code writer}. */
    void barrierAt(Backend writer, Request request) {
        InternalQuery.run(writer, "SHOW SHAREDDB BARRIER").thenAccept(answer -> {
            Optional<String> seq = answer.value();
            if (seq.isPresent()) {
                request.barrierPassed(Long.parseLong(seq.get()));
                done.run();
            } else {
                writer.channel().close(); // it does not lead: heard of as a loss
                loop.schedule(done, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Begins the next step on {@code reader}; false if what depends on data may run. */
    boolean begin(Backend reader, Request request, SessionState state) {
        Consistency consistency = consistency(request, state);
        boolean eventual = consistency == Consistency.EVENTUAL;
        if (eventual && request.minSeq() == 0) {
            return false;
        }
        LocalEngine engine = context.engine()
                .last()
                .orElseThrow(() -> new IllegalStateException("a connection to an engine that never was"));
        SessionDialect dialect = engine.family().sessions();
        Duration limit = context.config().times().ownWriteWait();
        String gtid = state.awaitedGtid();
        if (gtid != null && !eventual) {
            String sql = dialect.awaitApplied(engine.family().gtid(gtid), limit);
            awaitEngine(reader, request, sql, () -> state.applied(gtid));
            return true;
        }
        long seq = wantedSeq(request, state);
        CommittedHistory history = context.cluster().history();
        if (seq <= state.appliedSeq() || seq <= history.appliedSeq()) {
            return false;
        }
        long committed = history.committedSeq();
        if (committed < seq) {
            awaitLog(seq, limit, request);
        } else {
            String sql = dialect.awaitApplied(history.position(), limit);
            awaitEngine(reader, request, sql, () -> state.appliedSeq(committed));
        }
        return true;
    }

    private void awaitEngine(Backend reader, Request request, String sql, Runnable reached) {
        context.metrics().ownWriteWaits.increment();
        InternalQuery.run(reader, sql).thenAccept(answer -> {
            if (answer.value().equals(Optional.of("0"))) {
                reached.run();
            } else {
                toLeader(request);
            }
            done.run();
        });
    }

    private void awaitLog(long seq, Duration limit, Request request) {
        context.metrics().ownWriteWaits.increment();
        AtomicBoolean answered = new AtomicBoolean();
        Future<?> timeout = loop.schedule(
                () -> {
                    if (answered.compareAndSet(false, true)) {
                        toLeader(request);
                        done.run();
                    }
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        context.cluster()
                .history()
                .whenSeq(seq)
                .whenComplete((reached, failure) -> loop.execute(() -> {
                    if (answered.compareAndSet(false, true)) {
                        timeout.cancel(false);
                        done.run();
                    }
                }));
    }

    private void toLeader(Request request) {
        context.metrics().ownWriteTimeouts.increment();
        request.forLeader(true);
    }
}
