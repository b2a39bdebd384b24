package io.shareddb.cluster.role;

import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.log.LogState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's time as a leader: the way there, the time itself, and its end. Role thread only. */
final class Leading {
    private static final Logger log = LoggerFactory.getLogger(Leading.class);

    /** How long leadership is offered to others after a failure here before this node tries again itself. */
    private static final Duration GIVE_AWAY = Duration.ofSeconds(3);

    private static final Duration SOON = Duration.ofMillis(50);

    private final RoleContext role;
    private final HandOver handOver;
    private final Following following;
    private final Rebuild rebuild;
    private final LeaderSync sync;
    private final CommitGrouping grouping;
    private @Nullable Takeover takeover;
    private long openingSinceNanos;
    private long capturedIndex;
    private long leadingSinceNanos;
    private long failedTerm;
    private long failedUntilNanos;

    Leading(RoleContext role, HandOver handOver, Following following, Rebuild rebuild, LeaderSync sync) {
        this.role = role;
        this.handOver = handOver;
        this.following = following;
        this.rebuild = rebuild;
        this.sync = sync;
        this.grouping = new CommitGrouping(role.thread());
    }

    /** The way that was begun, whether it has reached its end or not; null when none was. */
    @Nullable
    Takeover takeover() {
        return takeover;
    }

    /** Its engine does not follow for the sake of leading. */
    boolean stoppedFollowing() {
        Takeover current = takeover;
        return current != null && current.stoppedFollowing();
    }

    /** Clients may write to the engine. */
    boolean isOpen() {
        Takeover current = takeover;
        return current != null && current.opened() && role.runner().ready();
    }

    /** Begins, unless another node should lead or the last try is not decided yet. @return whether there is a step to do at once */
    boolean begin(RoleInputs.Snapshot now) {
        Optional<String> yields = handOver.yields(now);
        if (yields.isPresent()) {
            handOver.giveAway(now, yields.get());
            return false;
        }
        if (failedTerm == now.leadingTerm()) {
            long left = failedUntilNanos - role.thread().nanoTime();
            if (left > 0 && !handOver.candidates().isEmpty()) {
                handOver.giveAway(now, role.trouble().text());
                role.thread().schedule(Duration.ofNanos(left), role.wake());
                return false;
            }
            LogState state = role.parts().log().state();
            if (state.commitIndex() < state.lastIndex()) { // what the last try appended is not decided yet
                role.thread().schedule(SOON, role.wake());
                return false;
            }
        }
        if (handOver.transferring()) {
            return false;
        }
        takeover = new Takeover(
                now.leadingTerm(),
                role.parts(),
                role.runner().engine(),
                following.ahead(),
                role.thread().nanoTime(),
                role.wake());
        openingSinceNanos = role.thread().nanoTime();
        Duration limit =
                following.ahead() ? role.settings().open() : role.settings().takeover();
        role.thread().schedule(limit, role.wake());
        return true;
    }

    /** Goes on with what was begun. @return whether there is another step to do at once */
    boolean advance(RoleInputs.Snapshot now) {
        Takeover current = takeover;
        if (current == null) {
            return false;
        }
        handOverIfDue(now, current);
        if (current.done()) {
            return false;
        }
        Takeover.Step step = current.next();
        if (step == Takeover.Step.STOP_FOLLOWING) { // nothing that follows depends on how far the engine was behind
            openingSinceNanos = role.thread().nanoTime();
            role.thread().schedule(role.settings().open(), role.wake());
        }
        try {
            boolean more = current.advance();
            if (current.done()) {
                arrived(current);
            }
            return more;
        } catch (RuntimeException e) {
            log.warn("{} cannot lead: term={} step={}", role.parts().own(), current.term(), step, e);
            end(now, "cannot lead, " + step + " failed: " + e.getMessage());
            rebuild.requestIfDiverged(e);
            return true;
        }
    }

    private void handOverIfDue(RoleInputs.Snapshot now, Takeover current) {
        if (now.draining() && current.done() && !handOver.active() && handOver.due()) {
            handOver.begin(Optional.empty(), HandOver.Mode.INSIST, new CompletableFuture<>());
        }
        if (handOver.active()) {
            handOver.advance(isOpen());
        }
    }

    private void arrived(Takeover current) {
        role.trouble().isOver();
        following.arrived();
        failedTerm = 0;
        grouping.restart();
        sync.restart();
        leadingSinceNanos = role.thread().nanoTime();
        log.info(
                "{} leads: epoch={} seq={} after={}ms",
                role.parts().own(),
                current.term(),
                role.parts().archive().committed().seq(),
                role.millisSince(current.startedNanos()));
    }

    /** Why what was begun cannot go on; null when it can, or nothing was. */
    @Nullable
    String reasonToEnd(RoleInputs.Snapshot now) {
        Takeover current = takeover;
        if (current == null) {
            return null;
        }
        Throwable fatal = now.fatal();
        if (fatal != null) {
            return "the log failed: " + fatal.getMessage();
        }
        if (now.leadingTerm() != current.term()) {
            return "leadership of term " + current.term() + " was lost";
        }
        if (!following.compared()) {
            return role.runner().trouble().isEmpty()
                    ? "the engine ended"
                    : role.runner().trouble();
        }
        Throwable captureLost = current.captureLost();
        if (captureLost != null) {
            return "the capture ended: " + captureLost.getMessage();
        }
        if (following.silent() && !handOver.candidates().isEmpty()) {
            return following.silence();
        }
        return current.done() ? null : reasonNotToGoOn(current);
    }

    private @Nullable String reasonNotToGoOn(Takeover current) {
        if (following.stopped() != null && !current.stoppedFollowing()) {
            return "the applier stopped: " + following.stopped();
        }
        RoleSettings settings = role.settings();
        long index = role.parts().archive().committed().logIndex();
        if (current.next() == Takeover.Step.AWAIT_CAPTURED
                && index != capturedIndex) { // may be much, and is on its way
            capturedIndex = index;
            openingSinceNanos = role.thread().nanoTime();
            role.thread().schedule(settings.open(), role.wake());
        }
        long since = current.stoppedFollowing() ? openingSinceNanos : current.startedNanos();
        Duration limit = current.stoppedFollowing() ? settings.open() : settings.takeover();
        boolean late = role.thread().nanoTime() - since >= limit.toNanos();
        return late ? "not writable after " + limit.toMillis() + "ms, at " + current.next() : null;
    }

    /** Fences first; then the engine is made to follow again, by force where commits are stuck in it. */
    void end(RoleInputs.Snapshot now, String reason) {
        Takeover former = takeover;
        if (former == null) {
            return;
        }
        takeover = null;
        role.trouble().is(reason);
        handOver.over(now, reason);
        role.publish().run();
        log.info("{} does not lead any more: term={} {}", role.parts().own(), former.term(), reason);
        rebuild.requestIfDiverged(former.captureLost());
        if (now.leadingTerm() == former.term()) {
            following.aheadInVain();
            failedTerm = former.term();
            failedUntilNanos = role.thread().nanoTime() + GIVE_AWAY.toNanos();
            handOver.forgetFailures();
            handOver.giveAway(now, reason);
        }
        former.closeCapture();
        if (!following.compared() || !former.stoppedFollowing()) {
            return; // it is gone, or it never stopped following
        }
        following.interrupted();
        if (following.silent() || !makeReadOnly(former)) {
            role.runner().kill();
        }
    }

    /** False if commits wait in the engine that nobody will acknowledge. */
    private boolean makeReadOnly(Takeover former) {
        try {
            Engine engine = role.runner().engine();
            if (former.opened() && !engine.closeForWrites(role.settings().close())) {
                log.info(
                        "{}: commits are stuck in the engine, it is killed and cuts them off",
                        role.parts().own());
                return false;
            }
            engine.prepare();
            return true;
        } catch (EngineException e) {
            log.warn(
                    "{}: the engine does not become read-only, it is killed: {}",
                    role.parts().own(),
                    e.toString());
            return false;
        }
    }

    /** The node stops: nothing is acknowledged any more. */
    void drop() {
        Takeover current = takeover;
        takeover = null;
        if (current != null) {
            current.closeCapture();
        }
    }

    /** Every now and then, when the engine has answered: it commits as suits those who write. */
    void look() {
        Takeover current = takeover;
        if (current != null && current.done() && role.runner().ready()) {
            Engine engine = role.runner().engine();
            grouping.look(role.parts().clients().writers(), engine);
            sync.look(engine, Duration.ofNanos(role.thread().nanoTime() - leadingSinceNanos));
        }
    }
}
