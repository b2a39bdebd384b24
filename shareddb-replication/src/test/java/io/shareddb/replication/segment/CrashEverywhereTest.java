package io.shareddb.replication.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.MemoryDisk.Tearing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One history of appends, syncs, truncations, terms, markers and new segments, ended at each of its operations on the disk, at each byte of
 * each write, by a crash that keeps nothing, a part or everything of what was not synced. Then what was promised must be there, and
 * nothing that was not written.
 */
class CrashEverywhereTest {
    private static final List<NodeId> MEMBERS = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));
    private static final int SEGMENT_BYTES = 1024;

    /** What the history has promised when it ended, and what it was about to do. */
    private static final class Promises {
        final List<String> written = new ArrayList<>();
        int durable;
        long term;
        long nextTerm;
        long marker;
        long nextMarker;

        /** While a truncation is under way: what is left after it. */
        int truncatingTo = -1;
    }

    private static void history(Disk disk, Promises promises) throws IOException {
        TermStore terms = TermStore.open(disk);
        MarkerStore markers = MarkerStore.open(disk);
        term(terms, promises, 1);
        SegmentLog log =
                SegmentLog.open(disk, SEGMENT_BYTES, Runnable::run, Position.START, false, (entry, location) -> {});
        append(log, promises, 1, 6);
        sync(log, promises);
        append(log, promises, 1, 5);
        sync(log, promises);
        marker(log, markers, promises, 8);
        append(log, promises, 1, 3);
        term(terms, promises, 2);
        truncate(log, promises, 10);
        append(log, promises, 2, 8);
        log.write();
        append(log, promises, 2, 8);
        sync(log, promises);
        truncate(log, promises, 11);
        term(terms, promises, 3);
        append(log, promises, 3, 12);
        sync(log, promises);
        marker(log, markers, promises, 20);
        log.deleteUpTo(8);
        append(log, promises, 3, 1);
        sync(log, promises);
        append(log, promises, 3, 2);
        log.write();
    }

    private static void term(TermStore terms, Promises promises, long term) throws IOException {
        promises.nextTerm = term;
        terms.save(new TermStore.State(
                "test", MEMBERS.get(0), true, MEMBERS, MEMBERS, term, Optional.of(MEMBERS.get((int) term % 3))));
        promises.term = term;
    }

    private static void append(SegmentLog log, Promises promises, long term, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String text = "entry " + (log.lastIndex() + 1) + " of term " + term + "-".repeat(i * 7 % 40);
            promises.written.add(text);
            log.append(log.lastIndex() + 1, term, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            promises.durable = Math.max(promises.durable, (int) log.durableIndex()); // a new segment syncs the old one
        }
    }

    private static void sync(SegmentLog log, Promises promises) throws IOException {
        log.sync();
        promises.durable = promises.written.size();
    }

    private static void truncate(SegmentLog log, Promises promises, long from) throws IOException {
        promises.truncatingTo = (int) from - 1;
        log.truncateFrom(from);
        promises.written.subList((int) from - 1, promises.written.size()).clear();
        promises.durable = Math.min(promises.durable, (int) from - 1);
        promises.truncatingTo = -1;
    }

    private static void marker(SegmentLog log, MarkerStore markers, Promises promises, long index) throws IOException {
        promises.nextMarker = index;
        markers.save(new MarkerStore.Marker(
                new Position(log.read(index).term(), index), false, 0, MEMBERS, MEMBERS, ByteBuffer.allocate(3)));
        promises.marker = index;
    }

    @Test
    void whatWasSyncedIsThereAndNothingElseIsMadeUp() throws Exception {
        MemoryDisk whole = new MemoryDisk("whole");
        history(whole, new Promises());
        long operations = whole.operations();
        assertThat(operations).isGreaterThan(40);
        int checked = 0;
        for (long operation = 0; operation <= operations; operation++) {
            int writeBytes = 0;
            for (int bytes = 0; bytes <= writeBytes; bytes++) {
                for (Tearing tearing : Tearing.values()) {
                    writeBytes = crash(operation, bytes, tearing);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(10_000);
    }

    /** Returns the size of the write that was cut short. */
    private static int crash(long operation, int bytes, Tearing tearing) throws IOException {
        String where = "crash at operation " + operation + ", byte " + bytes + ", " + tearing;
        MemoryDisk disk = new MemoryDisk("disk");
        Promises promises = new Promises();
        disk.failAfter(operation, bytes);
        try {
            history(disk, promises);
        } catch (MemoryDisk.Fault e) {
            // As it should be.
        }
        disk.crash(new Random(operation * 31 + bytes), tearing);
        try {
            check(disk, promises, where);
        } catch (RuntimeException e) {
            throw new AssertionError(where, e);
        }
        return disk.failedWriteBytes();
    }

    private static void check(MemoryDisk disk, Promises promises, String where) throws IOException {
        long term = TermStore.open(disk).state().map(TermStore.State::term).orElse(0L);
        assertThat(term).as(where).isIn(promises.term, promises.nextTerm);
        Optional<MarkerStore.Marker> marker = MarkerStore.open(disk).marker();
        long markerIndex = marker.map(m -> m.position().index()).orElse(0L);
        assertThat(markerIndex).as(where).isIn(promises.marker, promises.nextMarker);
        Position base = marker.map(MarkerStore.Marker::position).orElse(Position.START);
        SegmentLog log = SegmentLog.open(disk, SEGMENT_BYTES, Runnable::run, base, false, (entry, location) -> {});
        int least = promises.truncatingTo < 0 ? promises.durable : Math.min(promises.durable, promises.truncatingTo);
        assertThat(log.lastIndex()).as(where).isBetween((long) least, (long) promises.written.size());
        SegmentReader reader = log.reader(log.firstIndex());
        for (@Nullable LogRecord entry = reader.next(); entry != null; entry = reader.next()) {
            String text = StandardCharsets.UTF_8.decode(entry.payload()).toString();
            assertThat(text).as(where).isEqualTo(promises.written.get((int) entry.index() - 1));
        }
        // And it goes on from there.
        long next = log.lastIndex() + 1;
        log.append(next, 9, 1, ByteBuffer.allocate(10));
        log.sync();
        assertThat(log.read(next).term()).as(where).isEqualTo(9);
    }
}
