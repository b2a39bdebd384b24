package io.shareddb.server;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Membership;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.engine.external.EngineOwner;
import io.shareddb.replication.engine.external.ExistingData;
import io.shareddb.replication.engine.external.ExternalEngine;
import io.shareddb.replication.engine.external.ExternalEngineConfig;
import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.engine.managed.ManagedEngineConfig;
import io.shareddb.replication.engine.mariadb.MariaDbExternalDialect;
import io.shareddb.replication.engine.mysql.MySqlExternalDialect;
import io.shareddb.replication.log.NodeId;
import io.shareddb.server.config.EngineConfig;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine that the settings ask for. Not thread-safe. */
final class EngineChoice {
    private static final Logger log = LoggerFactory.getLogger(EngineChoice.class);
    private static final long PAUSE_MILLIS = 500;

    /** How long engines are read at most to be compared; what is larger is told as such. */
    private static final Duration COMPARE = Duration.ofMinutes(1);

    private final NodeConfig config;
    private final NodeLayout layout;
    private final DataSourceFactory connections;

    EngineChoice(NodeConfig config, NodeLayout layout, DataSourceFactory connections) {
        this.config = config;
        this.layout = layout;
        this.connections = connections;
    }

    /** Looks at what can be wrong on this machine, before anybody is talked to. */
    void check() {
        if (config.engine().external().isEmpty()) {
            var unused = binaries(config.engine());
        }
    }

    /** Begins to look at the engine, which matters for a node that has not agreed to a cluster yet. */
    EngineExamination examine(LocalNode local) {
        if (local.agreed().isPresent()) {
            return EngineExamination.known(FoundEngine.NONE); // nobody asks any more
        }
        Optional<ExternalEngineConfig> external =
                external(new EngineOwner("that is not formed yet", local.id().value()), ExistingData.REFUSE);
        return external.isEmpty()
                ? EngineExamination.once(
                        config.nodeName(),
                        () -> FoundEngine.empty(binaries(config.engine()).kind()))
                : EngineExamination.of(
                        config.nodeName(),
                        () -> ExternalEngine.examine(external.get()),
                        progress -> ExternalEngine.digest(external.get(), COMPARE, progress));
    }

    /** A data directory that was there before the node is somebody's, and would be replaced: better to refuse it. */
    void checkFresh() {
        Path data = layout.directory().resolve("data");
        if (config.engine().external().isEmpty() && Files.exists(data)) {
            throw new EngineException(
                    data + " holds an engine's files, but this node is in no cluster yet (expected: none."
                            + " To adopt that database, run its engine yourself and name it with DB_COMPONENT_NAME and"
                            + " DB_ENGINE_PORT; else move the folder away)");
        }
    }

    /** What becomes of data that the engine holds when it is taken; decided when the cluster was formed. */
    private ExistingData existing(Membership membership, NodeId own) {
        NodeId adopted = membership.adopted();
        if (own.equals(adopted)) {
            return ExistingData.KEEP;
        }
        boolean named = adopted != null
                && membership
                        .member(adopted)
                        .filter(member -> member.name().equals(config.cluster().adopt()))
                        .isPresent();
        return named ? ExistingData.REPLACE : ExistingData.REFUSE;
    }

    private Optional<ExternalEngineConfig> external(EngineOwner owner, ExistingData existing) {
        return config.engine()
                .external()
                .map(place -> new ExternalEngineConfig(
                        place.host(),
                        place.port(),
                        account(),
                        owner,
                        existing,
                        connections,
                        List.of(new MariaDbExternalDialect(), new MySqlExternalDialect())));
    }

    private Credentials account() {
        return new Credentials(
                config.access().user(), config.access().password().value());
    }

    /**
     * The engine, not started. Of one that somebody else runs, the kind must be known; at the very first start this waits until it
     * answers.
     *
     * @param waits hears what it waits for
     */
    EngineProcess of(Membership membership, LocalNode local, Consumer<String> waits)
            throws IOException, InterruptedException {
        EngineOwner owner = new EngineOwner(
                membership.clusterId(),
                local.id().value(),
                local.former().map(former -> former.id().value()).orElse(""));
        Optional<ExternalEngineConfig> external = external(owner, existing(membership, local.id()));
        if (external.isPresent()) {
            return new ExternalEngine(external.get(), family(external.get(), waits));
        }
        return new ManagedEngine(ManagedEngineConfig.of(
                        layout.directory(),
                        config.engine().cache(),
                        binaries(config.engine()),
                        EnginePort.of(config, layout),
                        account(),
                        connections)
                .withBufferPoolMegabytes(config.engine().memoryMegabytes()));
    }

    private static EngineBinaries binaries(EngineConfig config) {
        if (config.binary().isPresent()) {
            return EngineBinaries.installed(config.binary().get());
        }
        return config.jar().isPresent()
                ? EngineBinaries.ofJar(config.jar().get(), config.cache())
                : EngineBinaries.ofClassPath(config.cache());
    }

    private EngineFamily family(ExternalEngineConfig external, Consumer<String> waits)
            throws IOException, InterruptedException {
        Path file = layout.engineFamily();
        if (Files.exists(file)) {
            String name = Files.readString(file).strip();
            return ManagedEngine.families().stream()
                    .filter(family -> family.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException(file + " names no family of engines: " + name));
        }
        String last = "";
        while (true) {
            try {
                EngineFamily family = ExternalEngine.familyOf(external);
                Files.writeString(file, family.name() + "\n");
                return family;
            } catch (EngineException e) {
                String why = String.valueOf(e.getMessage());
                waits.accept("waits for its engine: " + why);
                if (!why.equals(last)) {
                    log.warn("{} waits for its engine: {}", config.nodeName(), why);
                }
                last = why;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
