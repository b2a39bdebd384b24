package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.EnginePosition;
import org.junit.jupiter.api.Test;

class MySqlPositionTest {
    private static final String A = "44db9d9b-e6ce-11f1-aaeb-02fc00000001";
    private static final String B = "55db9d9b-e6ce-11f1-aaeb-02fc00000001";

    private final MySqlFamily family = new MySqlFamily();

    @Test
    void textComesBack() {
        for (String text : new String[] {"", A + ":1-4", A + ":1-4:9:tag:1," + B + ":1"}) {
            assertThat(family.position(text).text()).isEqualTo(text);
        }
        assertThat(family.position(A + ":1-3:5,\n" + B + ":7").text()).isEqualTo(A + ":1-3:5," + B + ":7");
        assertThat(family.gtid(A + ":tag:5").text()).isEqualTo(A + ":tag:5");
    }

    @Test
    void growsByOneTransaction() {
        EnginePosition position = family.position(A + ":1-4");
        assertThat(position.plus(family.gtid(A + ":5")).text()).isEqualTo(A + ":1-5");
        assertThat(position.plus(family.gtid(B + ":1")).text()).isEqualTo(A + ":1-4," + B + ":1");
        assertThat(position.plus(family.gtid(B + ":1"))).isEqualTo(family.position(B + ":1," + A + ":1-4"));
        assertThat(position.contains(family.gtid(A + ":4"))).isTrue();
        assertThat(position.contains(family.gtid(A + ":tag:4"))).isFalse();
        assertThat(position.contains(family.gtid(A + ":5"))).isFalse();
    }

    @Test
    void whatIsTooMuchCanBeTold() {
        assertThat(MySqlPosition.parse(A + ":1-6," + B + ":1")
                        .minus(MySqlPosition.parse(A + ":1-4"))
                        .text())
                .isEqualTo(A + ":5-6," + B + ":1");
    }

    /** A procedure that commits three times has one OK. */
    @Test
    void lastOfSeveralCommitsStandsForAll() {
        assertThat(family.gtid(A + ":3648-3650").text()).isEqualTo(A + ":3650");
        assertThat(family.gtid(A + ":1-2:7-8").text()).isEqualTo(A + ":8");
        assertThat(family.gtid(A + ":tag:1-3").text()).isEqualTo(A + ":tag:3");
        assertThat(family.gtid(A + ":7").text()).isEqualTo(A + ":7");
    }
}
