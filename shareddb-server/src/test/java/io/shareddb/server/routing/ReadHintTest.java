package io.shareddb.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadHintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1                                                        |          | 0",
                "SELECT /* shareddb: consistency=strong */ 1                     | STRONG   | 0",
                "/*SHAREDDB:Consistency = EVENTUAL*/ SELECT 1                    | EVENTUAL | 0",
                "SELECT /* shareddb: min_seq=4711 */ 1                           |          | 4711",
                "SELECT /* shareddb: consistency=eventual, min_seq = 17 */ 1     | EVENTUAL | 17",
                "SELECT /* shareddb: min_seq=17 consistency=session */ 1         | SESSION  | 17",
                "SELECT /* shareddb: min_seq=-1, consistency=best */ 1           |          | 0",
                "SELECT /* shareddb: min_seq=99999999999999999999 */ 1           |          | 0",
                "SELECT /* shareddb: something=else, min_seq=3 */ 1              |          | 3",
                "SELECT /* shareddb: min_seq=3 */ /* shareddb: min_seq=4 */ 1    |          | 3",
                "SELECT /* another: min_seq=3 */ 1                               |          | 0",
                "SELECT /* shareddb: min_seq=3                                   |          | 0"
            })
    void isWhatTheCommentSays(String sql, String consistency, long minSeq) {
        ReadHint hint = ReadHint.of(sql);
        assertThat(hint.consistency())
                .isEqualTo(Optional.ofNullable(consistency).map(Consistency::valueOf));
        assertThat(hint.minSeq()).isEqualTo(minSeq);
    }
}
