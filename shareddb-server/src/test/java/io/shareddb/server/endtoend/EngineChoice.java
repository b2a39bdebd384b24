package io.shareddb.server.endtoend;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.EngineSearch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The engine that a cluster runs on; a parameter of tests.
 *
 * @param installed empty for the packaged one
 */
public record EngineChoice(Optional<EngineBinaries> installed) {
    /** The packaged one always, others when they are named. */
    public static Stream<EngineChoice> all() {
        return Stream.concat(
                Stream.of(new EngineChoice(Optional.empty())),
                EngineSearch.named().found().stream().map(Optional::of).map(EngineChoice::new));
    }

    public boolean isMySql() {
        return installed
                .filter(binaries -> binaries.product() == EngineBinaries.Product.MYSQL)
                .isPresent();
    }

    /** For {@code up}. */
    List<String> options() {
        return installed
                .map(binaries -> List.of("--engine-binary", binaries.server().toString()))
                .orElse(List.of());
    }

    @Override
    public String toString() {
        return installed.map(EngineBinaries::describe).orElse("packaged");
    }
}
