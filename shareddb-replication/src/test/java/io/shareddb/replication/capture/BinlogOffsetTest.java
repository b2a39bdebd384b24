package io.shareddb.replication.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.protocol.binlog.EventHeader;
import org.junit.jupiter.api.Test;

class BinlogOffsetTest {
    private final BinlogOffset offset = new BinlogOffset();

    private static EventHeader event(long length, long nextPosition) {
        return new EventHeader(1, 2, 1, length, nextPosition, 0);
    }

    private void expect(long expected) {
        assertThat(offset.place()).isEqualTo(new BinlogPlace("bin.000001", expected));
    }

    @Test
    void addsLengthsWhereEventsSayNothing() {
        offset.rotate("bin.000001", 4);
        offset.advance(event(100, 0));
        offset.advance(event(31, 0));
        expect(135);
        offset.advance(event(40, 175));
        expect(175);
    }

    @Test
    void believesWhatEventsSay() {
        offset.rotate("bin.000001", 4);
        offset.advance(event(250, 0)); // a format description, then the engine skips what we have
        offset.correct(event(43, 1_000_000));
        expect(1_000_000);
        offset.advance(event(10, 3_900_000_000L));
        expect(3_900_000_000L);
    }

    @Test
    void countsBeyondFourGigabytes() {
        offset.rotate("bin.000001", 4);
        offset.correct(event(43, 4_000_000_000L));
        offset.advance(event(500_000_000, 4_500_000_000L & 0xffff_ffffL));
        expect(4_500_000_000L);
        offset.advance(event(100, 0));
        offset.advance(event(100, 4_500_000_200L & 0xffff_ffffL));
        expect(4_500_000_200L);
    }
}
