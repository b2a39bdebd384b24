package io.shareddb.cluster.simulation;

import io.shareddb.cluster.role.Clients;
import io.shareddb.cluster.role.NodeRole;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A model of the proxy on a node that leads, and of its clients: sessions execute, perhaps think within a transaction, and commit. What
 * they are told follows the proxy's rule: an OK is passed on when its GTID is committed in the log; if the epoch ends before, the log
 * tells what became of it.
 */
final class ModelProxy implements Clients {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int LOOKS = 250;

    private enum Phase {
        EXECUTING,
        IN_TRANSACTION,
        COMMITTING,
        HELD,
        OVER
    }

    /** A session's write. */
    private static final class Write {
        final List<String> keys;
        final boolean transaction;
        long epoch;
        Phase phase = Phase.EXECUTING;

        Write(List<String> keys, boolean transaction) {
            this.keys = keys;
            this.transaction = transaction;
        }
    }

    private final NodeId node;
    private final ModelEngine engine;
    private final LogArchive archive;
    private final Ledger ledger;
    private final Life life;
    private final Random random;
    private final Set<Write> open = new LinkedHashSet<>();
    private @Nullable NodeRole role;
    private boolean writable;
    private int writers;

    ModelProxy(NodeId node, ModelEngine engine, LogArchive archive, Ledger ledger, Life life, Random random) {
        this.node = node;
        this.engine = engine;
        this.archive = archive;
        this.ledger = ledger;
        this.life = life;
        this.random = random;
    }

    void serve(NodeRole served) {
        role = served;
        served.addListener(this::onRole);
    }

    /** A client that is connected to this node writes; false if that cannot be done here now, and nothing was done. */
    boolean write(List<String> keys) {
        NodeRole now = role;
        if (now == null || !now.view().writable() || now.view().switching()) {
            return false;
        }
        boolean slow = keys.size() > 1;
        Write write = new Write(keys, random.nextInt(3) == 0);
        write.epoch = now.view().epoch();
        open.add(write);
        writers++;
        life.after(Life.micros(50 + random.nextInt(slow ? 100_000 : 2_000)), () -> executed(write));
        return true;
    }

    private void executed(Write write) {
        if (write.phase != Phase.EXECUTING) {
            return;
        }
        if (write.transaction) {
            write.phase = Phase.IN_TRANSACTION;
            life.after(Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 400 : 10)), () -> commit(write));
        } else {
            commit(write);
        }
    }

    private void commit(Write write) {
        if (write.phase == Phase.OVER) {
            return;
        }
        write.phase = Phase.COMMITTING;
        engine.commit(write.keys, result -> answered(write, result));
    }

    /** The engine's answer; the session may have been given up meanwhile. */
    private void answered(Write write, ModelEngine.Result result) {
        if (write.phase == Phase.OVER || life.isOver()) {
            return;
        }
        if (result instanceof ModelEngine.Result.Refused) {
            end(write);
            ledger.rolledBack(write.keys);
        } else if (result instanceof ModelEngine.Result.Lost) {
            end(write);
            ledger.unknown();
        } else if (result instanceof ModelEngine.Result.Done done) {
            write.phase = Phase.HELD;
            life.after(Life.micros(20), () -> gate(write, done.gtid()));
        }
    }

    private void gate(Write write, Gtid gtid) {
        if (archive.isCommitted(gtid)) {
            acknowledge(write, gtid);
            return;
        }
        archive.whenCommitted(gtid)
                .thenAccept(committed -> life.after(Life.micros(20), () -> {
                    if (committed) {
                        acknowledge(write, gtid);
                    } else {
                        resolve(write, gtid, LOOKS);
                    }
                }));
    }

    private void resolve(Write write, Gtid gtid, int looks) {
        long reached = decidingEpoch(); // before the next question, so that its "no" is final
        if (archive.isCommitted(gtid)) {
            acknowledge(write, gtid);
        } else if (reached > write.epoch) {
            end(write);
            ledger.rolledBack(write.keys);
        } else if (looks == 0) {
            end(write);
            ledger.unknown();
        } else {
            life.after(LOOK, () -> resolve(write, gtid, looks - 1));
        }
    }

    private long decidingEpoch() {
        NodeRole now = role;
        return now == null ? 0 : now.view().decidingEpoch(node, archive);
    }

    private void acknowledge(Write write, Gtid gtid) {
        if (write.phase != Phase.OVER) {
            end(write);
            ledger.acknowledged(node, write.epoch, gtid.text(), write.keys);
        }
    }

    private void end(Write write) {
        write.phase = Phase.OVER;
        open.remove(write);
    }

    /** Leadership is over: connections to the engine are given up, and with them what was not committed. */
    private void onRole(RoleView view) {
        boolean fenced = writable && !view.writable();
        writable = view.writable();
        if (!fenced) {
            return;
        }
        for (Write write : List.copyOf(open)) {
            if (write.phase != Phase.HELD) { // of those the log tells
                giveUp(write);
            }
        }
    }

    /** The engine may not notice in time that the connection is gone. */
    private void giveUp(Write write) {
        boolean mayCommit = write.phase == Phase.COMMITTING || (write.phase == Phase.EXECUTING && !write.transaction);
        boolean goesOn = write.phase == Phase.EXECUTING && mayCommit && random.nextBoolean();
        end(write);
        if (goesOn) {
            engine.commit(write.keys, result -> {});
        }
        if (mayCommit) {
            ledger.unknown();
        } else {
            ledger.rolledBack(write.keys);
        }
    }

    /** The operator's process is gone, and with it all connections to the engine. */
    void die() {
        for (Write write : List.copyOf(open)) {
            if (write.phase == Phase.HELD) {
                end(write);
                ledger.unknown();
            } else {
                giveUp(write);
            }
        }
    }

    @Override
    public int writers() {
        int now = writers;
        writers = 0;
        return now;
    }

    @Override
    public CompletionStage<Work> work() {
        CompletableFuture<Work> answer = new CompletableFuture<>();
        life.after(Life.micros(100), () -> {
            int idle = (int) open.stream()
                    .filter(write -> write.phase == Phase.IN_TRANSACTION)
                    .count();
            answer.complete(new Work(open.size() - idle, idle));
        });
        return answer;
    }
}
