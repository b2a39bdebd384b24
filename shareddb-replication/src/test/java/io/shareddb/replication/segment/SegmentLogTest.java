package io.shareddb.replication.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
    private static final int SEGMENT_BYTES = 1024;

    private final MemoryDisk disk = new MemoryDisk("disk");

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static SegmentLog open(Disk disk) throws IOException {
        return open(disk, Position.START, false);
    }

    private static SegmentLog open(Disk disk, Position base, boolean replaced) throws IOException {
        return SegmentLog.open(disk, SEGMENT_BYTES, Runnable::run, base, replaced, (entry, location) -> {});
    }

    private static void append(SegmentLog log, long term, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long index = log.lastIndex() + 1;
            log.append(index, term, 1, bytes("entry " + index + " of term " + term));
        }
    }

    private static List<String> read(SegmentLog log, long from) throws IOException {
        List<String> texts = new ArrayList<>();
        SegmentReader reader = log.reader(from);
        for (LogRecord entry = reader.next(); entry != null; entry = reader.next()) {
            texts.add(text(entry.payload()));
        }
        return texts;
    }

    @Test
    void recordsAreReadBackAcrossSegmentsAfterReopening() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            assertThat(read(log, 1)).hasSize(100);
        }
        try (SegmentLog log = open(disk)) {
            assertThat(log.firstIndexes()).hasSizeGreaterThan(5);
            assertThat(log.lastIndex()).isEqualTo(100);
            assertThat(read(log, 95)).first().isEqualTo("entry 95 of term 1");
            for (long index = 1; index <= 100; index++) {
                assertThat(text(log.read(index).payload())).isEqualTo("entry " + index + " of term 1");
            }
        }
    }

    @Test
    void theSameOnARealDirectory(@TempDir Path directory) throws Exception {
        try (Disk real = DirectoryDisk.open(directory);
                SegmentLog log = open(real)) {
            append(log, 1, 50);
            log.truncateFrom(40);
            append(log, 2, 20);
            log.sync();
        }
        try (Disk real = DirectoryDisk.open(directory);
                SegmentLog log = open(real)) {
            assertThat(read(log, 38))
                    .startsWith("entry 38 of term 1", "entry 39 of term 1", "entry 40 of term 2")
                    .last()
                    .isEqualTo("entry 59 of term 2");
        }
    }

    @Test
    void aReaderSeesWhatWasWrittenAndNotWhatWaits() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 3);
            SegmentReader reader = log.reader(1);
            assertThat(reader.next()).isNull();
            log.write();
            assertThat(reader.next()).isNotNull();
            append(log, 1, 1);
            assertThat(read(log, 1)).hasSize(3);
        }
    }

    @Test
    void aRecordLargerThanASegmentGetsItsOwn() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 1);
            log.append(2, 1, 1, ByteBuffer.allocate(10_000));
            append(log, 1, 1);
            log.sync();
        }
        try (SegmentLog log = open(disk)) {
            assertThat(log.read(2).payload().remaining()).isEqualTo(10_000);
            assertThat(text(log.read(3).payload())).isEqualTo("entry 3 of term 1");
        }
    }

    @Test
    void aPayloadIsReadByItsHandleAndNothingElse() throws Exception {
        try (SegmentLog log = open(disk)) {
            Location location = log.append(1, 7, 1, bytes("payload"));
            log.sync();
            assertThat(text(log.read(location, 1, 7))).isEqualTo("payload");
            assertThatThrownBy(() -> log.read(location, 1, 8)).isInstanceOf(LogCorruptException.class);
        }
    }

    @Test
    void wholeFilesAreDeletedFromTheStartAndTheRestCanBeRead() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            List<Long> firsts = log.firstIndexes();
            log.deleteUpTo(firsts.get(3));
            assertThat(log.firstIndex()).isEqualTo(firsts.get(3));
            assertThat(read(log, firsts.get(3))).hasSize((int) (101 - firsts.get(3)));
            assertThatThrownBy(() -> log.reader(1).next()).isInstanceOf(IllegalStateException.class);
            log.deleteUpTo(1_000);
            assertThat(log.firstIndexes()).hasSize(1);
        }
    }

    @Test
    void truncationAcrossSegmentsIsDurableAtOnce() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            log.truncateFrom(11);
        }
        disk.crash(new Random(1), MemoryDisk.Tearing.LOSE_ALL);
        try (SegmentLog log = open(disk)) {
            assertThat(log.lastIndex()).isEqualTo(10);
            assertThat(log.lastTerm()).isEqualTo(1);
        }
    }

    @Test
    void aDamagedRecordThatWasOnDiskIsCorruptAndNotATornTail() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 3);
            log.sync();
            append(log, 1, 3);
            log.sync();
        }
        disk.flip(Segment.name(1), SegmentHeader.BYTES + RecordFormat.HEADER_BYTES);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("was on disk");
    }

    @Test
    void aDamagedSealedSegmentIsCorrupt() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
        }
        disk.flip(Segment.name(1), SegmentHeader.BYTES + RecordFormat.HEADER_BYTES);
        assertThatThrownBy(() -> open(disk)).isInstanceOf(LogCorruptException.class);
    }

    @Test
    void aMissingSegmentIsCorrupt() throws Exception {
        long second;
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            second = log.firstIndexes().get(1);
        }
        disk.delete(Segment.name(second));
        assertThatThrownBy(() -> open(disk)).isInstanceOf(LogCorruptException.class);
    }

    @Test
    void aMissingNewestSegmentIsCorruptAlsoWhenItWasTheOnlyOne() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            disk.delete(Segment.name(log.firstIndexes().get(log.firstIndexes().size() - 1)));
        }
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining(".segment is missing");

        MemoryDisk small = new MemoryDisk("small");
        try (SegmentLog log = open(small)) {
            append(log, 1, 1);
            log.sync();
        }
        small.delete(Segment.name(1));
        assertThatThrownBy(() -> open(small)).isInstanceOf(LogCorruptException.class);
    }

    @Test
    void aNewestSegmentThatIsTooShortIsCorrupt() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 3);
            log.sync();
        }
        try (LogFile file = disk.open(Segment.name(1))) {
            file.truncate(SegmentHeader.BYTES + 100);
        }
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("damaged at offset " + (SegmentHeader.BYTES + 100));
    }

    @Test
    void damageOfOldRecordsIsFoundWhenTheyAreRead() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            disk.flip(Segment.name(1), SegmentHeader.BYTES + RecordFormat.HEADER_BYTES);
            assertThatThrownBy(() -> read(log, 1))
                    .isInstanceOf(LogCorruptException.class)
                    .hasMessageContaining("entry 1 at offset 64");
            disk.delete(Segment.name(log.firstIndexes().get(1)));
            log.handles().drop(Segment.name(log.firstIndexes().get(1)));
            assertThatThrownBy(() -> read(log, log.firstIndexes().get(1)))
                    .isInstanceOf(LogCorruptException.class)
                    .hasMessageContaining("cannot read entry");
        }
    }

    @Test
    void aLogThatEndsBeforeItsMarkerIsCorruptUnlessItWasReplaced() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 10);
            log.sync();
        }
        assertThatThrownBy(() -> open(disk, new Position(1, 11), false)).isInstanceOf(LogCorruptException.class);
        try (SegmentLog log = open(disk, new Position(5, 200), true)) {
            assertThat(log.firstIndex()).isEqualTo(201);
            assertThat(log.lastTerm()).isEqualTo(5);
        }
    }

    @Test
    void withoutRoomForAFileAheadOfItsUseRecordsTakeWhatThereIs() throws Exception {
        disk.limitNewFiles(SEGMENT_BYTES / 4);
        try (SegmentLog log = open(disk)) {
            append(log, 1, 100);
            log.sync();
            assertThat(log.firstIndexes()).hasSizeGreaterThan(5);
            assertThat(disk.list()).noneMatch(name -> name.endsWith(SegmentLog.TEMPORARY));
        }
        try (SegmentLog log = open(disk)) {
            assertThat(read(log, 1)).hasSize(100);
        }
    }

    @Test
    void afterAFailedSyncNothingIsWrittenOrAcknowledged() throws Exception {
        try (SegmentLog log = open(disk)) {
            append(log, 1, 1);
            disk.failAfter(1, 0);
            assertThatThrownBy(log::sync).isInstanceOf(IOException.class);
            disk.kill(); // the disk works again, but what it did with the last write is unknown
            assertThat(log.durableIndex()).isZero();
            assertThatThrownBy(log::sync).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> append(log, 1, 1)).isInstanceOf(IOException.class);
        }
    }
}
