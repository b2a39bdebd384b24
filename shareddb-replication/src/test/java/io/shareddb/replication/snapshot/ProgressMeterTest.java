package io.shareddb.replication.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressMeterTest {
    private final ProgressMeter meter = new ProgressMeter();

    @Test
    void tablesCountByTheirBytes() {
        meter.begin(1_000);
        meter.table(1, new TableSize(10, 900));
        meter.table(2, new TableSize(1_000, 100));
        meter.rows(2, 500);
        assertThat(meter.percent()).isEqualTo(5);
        meter.rows(1, 5);
        assertThat(meter.percent()).isEqualTo(50);
        meter.tableEnd(2);
        assertThat(meter.percent()).isEqualTo(55);
        meter.tableEnd(1);
        assertThat(meter.percent()).isEqualTo(100);
        assertThat(meter.rows()).isEqualTo(505);
    }

    @Test
    void aTableWithMoreRowsThanEstimatedIsNotDoneBeforeItsEnd() {
        meter.begin(100);
        meter.table(1, new TableSize(10, 100));
        meter.rows(1, 1_000);
        assertThat(meter.percent()).isEqualTo(99);
        meter.begin(100);
        assertThat(meter.percent()).isZero();
        assertThat(meter.rows()).isZero();
    }

    @Test
    void nothingToCopyIsNoPercentage() {
        meter.begin(0);
        meter.table(1, TableSize.UNKNOWN);
        meter.rows(1, 3);
        meter.tableEnd(1);
        assertThat(meter.percent()).isZero();
    }
}
