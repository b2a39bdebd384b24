package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MySqlTransactionIdTest {
    private static final String SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    @Test
    void oneTransaction() {
        assertThat(last(":23")).isEqualTo(SOURCE + ":23");
        assertThat(last(":orders:23")).isEqualTo(SOURCE + ":orders:23");
    }

    /** A procedure commits several times, and others commit in between. */
    @Test
    void lastOfSeveralStandsForAll() {
        assertThat(last(":5-204")).isEqualTo(SOURCE + ":204");
        assertThat(last(":5:7:9")).isEqualTo(SOURCE + ":9");
        assertThat(last(":5-6:9:11-12")).isEqualTo(SOURCE + ":12");
        assertThat(last(":5-6:9")).isEqualTo(SOURCE + ":9");
    }

    @Test
    void anythingElseIsRefused() {
        for (String text : new String[] {"", "0-1-2", SOURCE, SOURCE + ":", SOURCE + ":x", SOURCE + ":5:"}) {
            assertThatThrownBy(() -> MySqlTransactionId.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String last(String numbers) {
        return MySqlTransactionId.parse(SOURCE + numbers).text();
    }
}
