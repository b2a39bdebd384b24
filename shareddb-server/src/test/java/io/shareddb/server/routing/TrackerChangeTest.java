package io.shareddb.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerChangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET session_track_gtids = OFF",
                "SET @@SESSION.`session_track_system_variables` := ''",
                "SET \"session_track_gtids\" = OFF",
                "SET STATEMENT session_track_system_variables = '' FOR INSERT INTO t VALUES (1)",
                "CREATE PROCEDURE p() SET session_track_system_variables = ''",
                "INSERT INTO t VALUES ('x'); SET session_track_gtids = OFF",
                "PREPARE s FROM 'SET session_track_gtids = OFF'",
                "EXECUTE IMMEDIATE 'SET session_track_gtids = OFF'",
                "/*! SET session_track_gtids = OFF */"
            })
    void named(String sql) {
        assertThat(TrackerChange.isNamedIn(sql, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO docs VALUES ('SET session_track_gtids = OFF')",
                "UPDATE docs SET text = \"it's session_track_system_variables\" WHERE id = 1",
                "INSERT INTO docs VALUES ('a'); DELETE FROM docs WHERE name = 'session_track_gtids'",
                "SELECT 1 -- session_track_gtids"
            })
    void data(String sql) {
        assertThat(TrackerChange.isNamedIn(sql, true)).isFalse();
    }

    @Test
    void whereBackslashesEscapeNothingDataAreNotToldApart() {
        assertThat(TrackerChange.isNamedIn("INSERT INTO docs VALUES ('session_track_gtids')", false))
                .isTrue();
    }
}
