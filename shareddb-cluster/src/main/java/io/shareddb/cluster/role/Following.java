package io.shareddb.cluster.role;

import io.shareddb.cluster.role.AppliedSeq.Progress;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what an engine holds and lets it follow the history. Role thread only, but for {@link #progress}.
 *
 * <p>Whatever happened to the engine ends what is known of it: then it is compared again.
 */
final class Following {
    private static final Logger log = LoggerFactory.getLogger(Following.class);

    private final RoleContext role;
    private final RolePlan plan;
    private final Settlement settlement;
    private final Adoption adoption;
    private final HandOver handOver;
    private final Rebuild rebuild;
    private final LeaderSync sync;
    private final EngineWatch watch;
    private final PositionCheck check;
    private final BackOff checks;
    private final ApplierStops applierStops = new ApplierStops();
    private final ApplierPace pace = new ApplierPace();
    private boolean compared;
    private boolean ahead;
    private int aheadInVain;

    Following(
            RoleContext role,
            RolePlan plan,
            Settlement settlement,
            Adoption adoption,
            HandOver handOver,
            Rebuild rebuild,
            LeaderSync sync) {
        this.role = role;
        this.plan = plan;
        this.settlement = settlement;
        this.adoption = adoption;
        this.handOver = handOver;
        this.rebuild = rebuild;
        this.sync = sync;
        this.watch = new EngineWatch(role.thread(), role.parts().archive());
        this.check = new PositionCheck(
                role.parts().own(), role.parts().archive(), role.settings().replayLimit());
        this.checks = role.backOff();
    }

    /** Its content was found to belong to the history, and nothing happened to it since. */
    boolean compared() {
        return compared;
    }

    /** It holds more than the history, and cannot follow: it must lead first, or be judged again. */
    boolean ahead() {
        return ahead;
    }

    /** It was to lead, could have gone on, and failed. */
    void aheadInVain() {
        aheadInVain += ahead ? 1 : 0;
    }

    /** What it held beyond is in the history now: it leads. */
    void arrived() {
        if (ahead) {
            plan.ahead(null);
        }
        ahead = false;
        aheadInVain = 0;
    }

    /** Tries that failed in a row. */
    int failures() {
        return checks.failures();
    }

    /** How far the engine was at the last look; thread-safe. */
    Progress progress() {
        return watch.progress();
    }

    /** The engine has not answered for so long that others do its work. */
    boolean silent() {
        return watch.silent(role.settings().silence());
    }

    /** That, in words. */
    String silence() {
        return "the engine has not answered for " + role.settings().silence().toMillis() + "ms";
    }

    /** The engine has not answered for so long that another process may do better. */
    boolean hangs() {
        return watch.silent(role.settings().unresponsive());
    }

    /** Why the applier stopped; null while it runs. */
    @Nullable
    String stopped() {
        return watch.stopped();
    }

    /**
     * @param following its applier should run
     * @param answers runs when the engine has answered
     */
    void look(boolean following, Runnable answers) {
        watch.look(role.runner().engine(), following && !ahead, answers, role.wake());
    }

    /** Its applier works, and there is an answer how far it is: it gets as many hands as serve it best. */
    void keepUp() {
        if (ahead || watch.stopped() != null) {
            return;
        }
        long applied = watch.progress().seq();
        long committed = role.parts().archive().committed().seq();
        pace.look(role.thread().nanoTime(), committed, applied).ifPresent(parallel -> {
            log.info(
                    "{} applies {}: seq={} committed={}",
                    role.parts().own(),
                    parallel ? "in parallel" : "one by one",
                    applied,
                    committed);
            try {
                role.runner().engine().applyInParallel(parallel);
            } catch (RuntimeException e) { // it is seen to have stopped, and follows again
                log.warn("{}: the applier cannot be changed: {}", role.parts().own(), e.toString());
            }
            watch.follows();
        });
    }

    /** Another process runs, or none. */
    void forget() {
        compared = false;
        ahead = false;
        watch.forget();
        settlement.restart();
    }

    /** The engine may have written something of its own, or what it holds beyond the history must be judged again. */
    void interrupted() {
        compared = false;
        ahead = false;
        settlement.restart();
        watch.follows();
    }

    /** The engine neither follows nor leads: finds out what it holds. */
    boolean begin(RoleInputs.Snapshot now) {
        if (!checks.due(role.wake())) {
            return false;
        }
        try {
            return compare(now);
        } catch (RuntimeException e) {
            checks.failed();
            String problem = "the engine cannot follow: " + e.getMessage();
            role.trouble().is(problem);
            log.warn("{}: {} (failures={})", role.parts().own(), problem, checks.failures(), e);
            rebuild.requestIfDiverged(e);
            if (checks.failures() % role.settings().patience() == 0
                    && role.runner().ready()) {
                role.runner().kill(); // a fresh process may do better
            }
            return true;
        }
    }

    private boolean compare(RoleInputs.Snapshot now) {
        Engine engine = role.runner().engine();
        EngineState state = engine.state();
        boolean settled = settlement.settled(now.leads());
        Verdict verdict = adoption.judge(state, settled)
                .orElseGet(() -> check.judge(
                        role.parts().engine().family(),
                        state,
                        role.runner().madeAnew(),
                        plan.verified(),
                        plan.ahead(),
                        settled,
                        now.leads()));
        if (verdict instanceof Verdict.Wait wait) {
            role.trouble().is(wait.reason());
            handOver.giveAway(now, wait.reason());
            return false;
        }
        if (verdict instanceof Verdict.Reseed reseed) {
            rebuild.request(reseed.reason());
            return true;
        }
        if (verdict instanceof Verdict.Ahead beyond) {
            return goAhead(beyond, state);
        }
        Verdict.Follow follow = (Verdict.Follow) verdict;
        state.originated().ifPresent(gtid -> plan.verify(gtid.text()));
        sync.makeUp();
        engine.follow(role.parts().relay().get(), follow.from());
        compared = true;
        pace.restart();
        role.trouble().isOver();
        watch.follows();
        role.runner().worked();
        checks.succeeded();
        log.info("{} follows from {}", role.parts().own(), follow.from().text());
        return true;
    }

    private boolean goAhead(Verdict.Ahead beyond, EngineState state) {
        if (aheadInVain >= role.settings().patience()) { // it does not go on where the log ends, or nobody can read it
            rebuild.request(beyond.what() + " and cannot be added to it");
            return true;
        }
        state.originated().ifPresent(last -> plan.ahead(last.text()));
        compared = true;
        ahead = true;
        checks.succeeded();
        role.trouble().is(beyond.what() + ": this node led last, and adds it");
        log.warn("{}: {}, and is added, for this node led last", role.parts().own(), beyond.what());
        return true;
    }

    /** The applier stopped. */
    boolean brokeOff() {
        return watch.stopped() != null;
    }

    /** Again, then in a fresh process, then from a copy. */
    void again() {
        String why = watch.stopped();
        long seq = watch.progress().seq();
        int times = applierStops.count(seq);
        log.warn(
                "{}: the applier stopped after seq={} (times={}): {}",
                role.parts().own(),
                seq,
                times,
                why);
        if (applierStops.isHopeless()) {
            rebuild.requestForApplier(seq, "its applier stopped again after seq " + seq + ": " + why);
        }
        compared = false;
        watch.follows();
        if (!applierStops.isFirst()) { // something in the engine may be in the way, such as a stuck commit
            role.runner().kill();
            return;
        }
        try {
            role.runner().engine().stopFollowing();
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the applier cannot be stopped, the engine is killed: {}",
                    role.parts().own(),
                    e.toString());
            role.runner().kill();
        }
    }
}
