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
    private final FreeSpace source;
    private final StorageLimits limits;
    private boolean failing;
    private volatile DiskLevel level = DiskLevel.OK;
    private volatile FreeSpace.Space space = new FreeSpace.Space(Long.MAX_VALUE, Long.MAX_VALUE);

    DiskWatch(String node, FreeSpace source, StorageLimits limits) {
        this.node = node;
        this.source = source;
        this.limits = limits;
    }

    DiskLevel level() {
        return level;
    }

    FreeSpace.Space space() {
        return space;
    }

    /** For people: what is left. */
    String room() {
        return room(space) + " free (DISK_REFUSE=" + limits.refuseBytes() / MEGABYTE + " MB)";
    }

    private static String room(FreeSpace.Space space) {
        return space.freeBytes() / MEGABYTE + " MB of " + space.totalBytes() / MEGABYTE + " MB";
    }

    /** Looks again; where that fails, everything stays as it was. */
    void look() {
        FreeSpace.Space now;
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
        space = now;
        DiskLevel before = level;
        DiskLevel after = judge(before, now.freeBytes());
        level = after;
        if (after != before) {
            say(before, after, now);
        }
    }

    private DiskLevel judge(DiskLevel before, long free) {
        if (free < limits.refuseBytes() * (before == DiskLevel.REFUSE ? BACK : 1)) {
            return DiskLevel.REFUSE;
        }
        return free < limits.warnBytes() * (before == DiskLevel.OK ? 1 : BACK) ? DiskLevel.WARN : DiskLevel.OK;
    }

    private void say(DiskLevel before, DiskLevel after, FreeSpace.Space now) {
        String room = room(now);
        switch (after) {
            case OK -> log.info("{} has room again: {} free", node, room);
            case WARN ->
                log.warn(
                        "{} has {} free (DISK_WARN={} MB): {}",
                        node,
                        room,
                        limits.warnBytes() / MEGABYTE,
                        before == DiskLevel.REFUSE
                                ? "writes go on"
                                : "below " + limits.refuseBytes() / MEGABYTE + " MB writes are refused");
            case REFUSE -> log.error("{} has {}: no more writes until there is room", node, room());
        }
    }
}
