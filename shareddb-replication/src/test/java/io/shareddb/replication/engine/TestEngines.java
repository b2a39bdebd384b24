package io.shareddb.replication.engine;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.EngineSearch;
import io.shareddb.testing.EngineCoverage;
import java.util.stream.Stream;

/** The engines that integration tests run on: the packaged one always, others where they are installed. */
public final class TestEngines {
    private static final EngineSearch SEARCH = EngineSearch.onThisMachine();

    private TestEngines() {}

    /** One of them; a parameter of tests. */
    public record Choice(EngineBinaries binaries) {
        public boolean isMySql() {
            return binaries.product() == EngineBinaries.Product.MYSQL;
        }

        public boolean isPackaged() {
            return binaries.server().startsWith(TestEngine.CACHE);
        }

        public EngineFamily family() {
            return isMySql()
                    ? new io.shareddb.replication.engine.mysql.MySqlFamily()
                    : new io.shareddb.replication.engine.mariadb.MariaDbFamily();
        }

        @Override
        public String toString() {
            return binaries.describe() + (isPackaged() ? " (packaged)" : "");
        }
    }

    /** All that are here, the packaged one first. */
    public static Stream<Choice> all() {
        EngineBinaries packaged = EngineBinaries.ofClassPath(TestEngine.CACHE);
        SEARCH.missing().forEach(EngineCoverage.ofThisRun()::lacks);
        return Stream.concat(
                Stream.of(new Choice(packaged)),
                SEARCH.found().stream()
                        .filter(found -> !found.describe().equals(packaged.describe()))
                        .map(Choice::new));
    }

    /** Those of MariaDB. */
    public static Stream<Choice> mariaDb() {
        return all().filter(choice -> !choice.isMySql());
    }

    /** Those of MySQL; may be none. */
    public static Stream<Choice> mySql() {
        return all().filter(Choice::isMySql);
    }
}
