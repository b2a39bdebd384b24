package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommitGroupingTest {
    @Test
    void fewWritersCountExactlyManyRoughly() {
        assertThat(List.of(0, 1, 3, 4, 5, 6, 7, 8, 13, 16, 23, 24, 63, 64))
                .extracting(CommitGrouping::rounded)
                .containsExactly(0, 1, 3, 4, 4, 6, 6, 8, 12, 16, 16, 24, 48, 64);
    }
}
