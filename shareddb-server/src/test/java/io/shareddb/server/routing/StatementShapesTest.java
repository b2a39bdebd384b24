package io.shareddb.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementShapesTest {
    private static final int TEXTS = 20_000;

    private static final List<String> BEGINNINGS = List.of(
            "SELECT ",
            "select c FROM sbtest1 WHERE id=",
            "INSERT INTO t2 VALUES (",
            "UPDATE t SET a=",
            "DELETE ",
            "REPLACE ",
            "SELECTED ");

    /** Whatever decides what a statement means is among them. */
    private static final List<String> PIECES = List.of(
            "1",
            "42",
            "0x1F",
            "1e5",
            "7abc",
            "a1",
            "t2.3",
            ".5",
            "'x'",
            "'it''s'",
            "'RELEASE_LOCK'",
            "'session_track_gtids'",
            "'SHUTDOWN'",
            "''",
            "`t1`",
            "`t``2`",
            "`processlist`",
            "now(",
            "my_function(",
            "GET_LOCK('a',1)",
            "RELEASE_LOCK('b')",
            "LAST_INSERT_ID(",
            "INTO ",
            "FOR UPDATE",
            "LOCK IN SHARE MODE",
            "NEXT VALUE FOR ",
            " ",
            ",",
            "(",
            ")",
            "=",
            "-",
            "- ",
            "+",
            "*",
            "THEN ",
            "DO ",
            "SHUTDOWN",
            "KILL 5",
            "BINLOG 'x'",
            "EXECUTE IMMEDIATE 'x'",
            "mysql.user ",
            "ssl",
            "é",
            "N'a'",
            "FROM ",
            "SET ",
            "information_schema.processlist",
            "UPDATE ",
            "\t",
            "--1",
            ";",
            "@a",
            "@@last_gtid",
            "\"b\"",
            "#",
            "/*",
            "\\");

    /** One that is met again tells what was learned from another, whatever stands between the quotes and however large the numbers are. */
    @Test
    void sameShapeMeansTheSame() {
        Random random = new Random(20_261_129);
        int shapes = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = text(random);
            String other = changed(text, random);
            Optional<String> shape = StatementShapes.of(text);
            if (shape.isEmpty() || !StatementShapes.of(other).equals(shape)) {
                continue;
            }
            shapes++;
            assertThat(learned(shape.get(), other)).as("%s, %s", text, other).isEqualTo(learned(shape.get(), text));
            for (EngineFamily family : ManagedEngine.families()) {
                assertThat(family.statements().refuse(other, true).isPresent())
                        .as("%s, %s", text, other)
                        .isEqualTo(family.statements().refuse(text, true).isPresent());
            }
        }
        assertThat(shapes).isGreaterThan(TEXTS / 10);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())));
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /** Other numbers, other strings. */
    private static String changed(String text, Random random) {
        String number = String.valueOf(random.nextInt(100_000));
        String string =
                List.of("'x'", "'DO SHUTDOWN'", "'ssl_cipher'", "'KILL'").get(random.nextInt(4));
        return text.replaceAll("\\b\\d+\\b", number).replaceAll("'[^'`]*'", string);
    }

    private static Optional<Statement> learned(String shape, String text) {
        StatementShapes shapes = new StatementShapes();
        shapes.learn(shape, StatementClassifier.classify(text));
        return shapes.find(shape);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', delimiter = ';', textBlock = """
            SELECT c FROM sbtest1 WHERE id=1234            ; SELECT c FROM sbtest1 WHERE id=0
            SELECT c FROM `t 12` WHERE n='O''Brien' AND b=1.5; SELECT c FROM `t 12` WHERE n='''' AND b=0.0
            insert into t values (1, -2, 0x12, 1e5, 'a')   ; insert into t values (0, -0, 0x12, 1e5, '')
            """)
    void shape(String text, String shape) {
        assertThat(StatementShapes.of(text)).contains(shape);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT @a",
                "SELECT 1; SELECT 2",
                "SELECT 1 /* shareddb: consistency=strong */",
                "SELECT 1 -- x",
                "SELECT 'a\\'b'",
                "SELECT \"a\"",
                "SELECT 'a",
                "SHOW STATUS LIKE 'ssl_cipher'",
                "KILL 5",
                " SELECT 1",
                ""
            })
    void isReadOnItsOwn(String text) {
        assertThat(StatementShapes.of(text)).isEmpty();
    }

    @Test
    void whatLeavesOrClearsStateIsNotLearned() {
        assertThat(learned("s", "SELECT GET_LOCK('a', 1)")).isEmpty();
        assertThat(learned("s", "SELECT RELEASE_LOCK('a')")).isEmpty();
        assertThat(learned("s", "SELECT my_function(1)")).isEmpty();
        assertThat(learned("s", "SELECT 1")).contains(Statement.of(Kind.READ, Target.ANY));
    }

    @Test
    void holdsNoMoreThanItMay() {
        StatementShapes shapes = new StatementShapes();
        Statement read = Statement.of(Kind.READ, Target.ANY);
        for (int i = 0; i < 5_000; i++) {
            shapes.learn("SELECT a" + i, read);
        }
        assertThat(shapes.find("SELECT a4999")).contains(read);
        assertThat(shapes.find("SELECT a1")).isEmpty();
    }
}
