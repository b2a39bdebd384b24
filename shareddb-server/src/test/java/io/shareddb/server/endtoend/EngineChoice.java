package io.shareddb.server.endtoend;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.EngineSearch;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import io.shareddb.testing.EngineCoverage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The engine that a cluster runs on; a parameter of tests.
 *
 * @param installed empty for the packaged one
 */
public record EngineChoice(Optional<EngineBinaries> installed) {
    /** Where the packaged engine is unpacked, and what all engines are made from. */
    public static final Path CACHE = Path.of("target", "engines").toAbsolutePath();

    /** The packaged one always, others when they are named: for tests of everything. */
    public static Stream<EngineChoice> all() {
        return Stream.concat(Stream.of(packaged()), choices(EngineSearch.named()));
    }

    /**
     * Those, and a MySQL that is on this machine: for the tests that another family of engines is most likely to fail. Another MariaDB has to
     * be named.
     */
    public static Stream<EngineChoice> present() {
        EngineSearch here = EngineSearch.onThisMachine();
        List<EngineBinaries> named = EngineSearch.named().found();
        here.missing().forEach(EngineCoverage.ofThisRun()::lacks);
        List<EngineChoice> others = new ArrayList<>();
        for (EngineBinaries found : here.found()) {
            if (found.product() == EngineBinaries.Product.MYSQL || named.contains(found)) {
                others.add(new EngineChoice(Optional.of(found)));
            } else {
                EngineCoverage.ofThisRun().lacks(found.describe() + ": on the PATH, and not named");
            }
        }
        return Stream.concat(Stream.of(packaged()), others.stream());
    }

    private static Stream<EngineChoice> choices(EngineSearch search) {
        return search.found().stream().map(Optional::of).map(EngineChoice::new);
    }

    /** The one that comes with us. */
    public static EngineChoice packaged() {
        return new EngineChoice(Optional.empty());
    }

    public boolean isMySql() {
        return binaries().product() == EngineBinaries.Product.MYSQL;
    }

    /** Its program; unpacked if need be. */
    public EngineBinaries binaries() {
        return installed.orElseGet(() -> EngineBinaries.ofClassPath(CACHE));
    }

    /** For {@code up}. */
    List<String> options() {
        return installed
                .map(binaries -> List.of("--engine-binary", binaries.server().toString()))
                .orElse(List.of());
    }

    /** For {@code server}. */
    Map<String, String> environment() {
        return installed
                .map(binaries -> Map.of("ENGINE_BINARY", binaries.server().toString()))
                .orElse(Map.of());
    }

    /** For a node in this JVM. */
    SharedDbNodeBuilder manage(SharedDbNodeBuilder builder) {
        builder.set(Setting.ENGINE_CACHE, CACHE.toString());
        installed.ifPresent(
                binaries -> builder.set(Setting.ENGINE_BINARY, binaries.server().toString()));
        return builder;
    }

    /** Of a folder; unlike that of any other choice. */
    public String folder() {
        return binaries().describe().replace(' ', '-');
    }

    @Override
    public String toString() {
        return binaries().describe() + (installed.isEmpty() ? " (packaged)" : "");
    }
}
