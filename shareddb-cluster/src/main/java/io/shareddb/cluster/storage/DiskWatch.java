package io.shareddb.cluster.storage;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the free space with its limits, and says when that changes. One thread looks; the answer is thread-safe. */
final class DiskWatch {
    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

    /** Beyond a limit by a tenth before it counts as left, so that nothing flutters. */
    private static final double BACK = 1.1;

    private static final long MEGABYTE = 1_000_000;

    private final String node;
    private final NodeDisk source;
    private final StorageLimits limits;
    private boolean failing;
    private volatile DiskLevel level = DiskLevel.OK;
    private volatile NodeDisk.State state = new NodeDisk.State(Long.MAX_VALUE, Long.MAX_VALUE);

    DiskWatch(String node, NodeDisk source, StorageLimits limits) {
        this.node = node;
        this.source = source;
        this.limits = limits;
    }

    DiskLevel level() {
        return level;
    }

    NodeDisk.State state() {
        return state;
    }

    /** For people, while it takes no writes: why. */
    String trouble() {
        NodeDisk.State now = state;
        return now.failure()
                .map(failure -> "cannot be written: " + failure)
                .orElseGet(() -> "is nearly full: " + room(now) + " free (DISK_REFUSE="
                        + limits.refuseBytes() / MEGABYTE + " MB)");
    }

    private static String room(NodeDisk.State state) {
        return state.freeBytes() / MEGABYTE + " MB of " + state.totalBytes() / MEGABYTE + " MB";
    }

    /** Looks again; where that fails, everything stays as it was. */
    void look() {
        NodeDisk.State now;
        try {
            now = source.look();
        } catch (IOException e) {
            if (!failing) {
                log.warn("{} cannot tell how much room is left: {}", node, e.toString());
            }
            failing = true;
            return;
        }
        failing = false;
        state = now;
        DiskLevel before = level;
        DiskLevel after = now.failure().isPresent() ? DiskLevel.FAILED : judge(before, now.freeBytes());
        level = after;
        if (after != before) {
            say(before, after, now);
        }
    }

    private DiskLevel judge(DiskLevel before, long free) {
        if (free < limits.refuseBytes() * (before == DiskLevel.REFUSE ? BACK : 1)) {
            return DiskLevel.REFUSE;
        }
        boolean warned = before == DiskLevel.WARN || before == DiskLevel.REFUSE;
        return free < limits.warnBytes() * (warned ? BACK : 1) ? DiskLevel.WARN : DiskLevel.OK;
    }

    private void say(DiskLevel before, DiskLevel after, NodeDisk.State now) {
        String room = room(now);
        switch (after) {
            case OK -> log.info("{} has room again, and can be written: {} free", node, room);
            case WARN ->
                log.warn(
                        "{} has {} free (DISK_WARN={} MB): {}",
                        node,
                        room,
                        limits.warnBytes() / MEGABYTE,
                        !before.takesWrites()
                                ? "writes go on"
                                : "below " + limits.refuseBytes() / MEGABYTE + " MB writes are refused");
            case REFUSE -> log.error("the disk of {} {}: no more writes until there is room", node, trouble());
            case FAILED -> log.error("the disk of {} {}; if that stays so, give the node another one", node, trouble());
        }
    }
}
