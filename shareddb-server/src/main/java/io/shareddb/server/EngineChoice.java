package io.shareddb.server;

import io.shareddb.cluster.member.Membership;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.external.EngineOwner;
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

    /**
     * The engine, not started. Of one that somebody else runs, the kind must be known; at the very first start this waits until it
     * answers.
     *
     * @param waits hears what it waits for
     */
    EngineProcess of(Membership membership, NodeId own, Consumer<String> waits)
            throws IOException, InterruptedException {
        Credentials account = new Credentials(
                config.access().user(), config.access().password().value());
        Optional<EngineConfig.Place> place = config.engine().external();
        if (place.isPresent()) {
            ExternalEngineConfig external = new ExternalEngineConfig(
                    place.get().host(),
                    place.get().port(),
                    account,
                    new EngineOwner(membership.clusterId(), own.value()),
                    connections,
                    List.of(new MariaDbExternalDialect(), new MySqlExternalDialect()));
            return new ExternalEngine(external, family(external, waits));
        }
        return new ManagedEngine(ManagedEngineConfig.of(
                layout.directory(),
                config.engine().cache(),
                binaries(config.engine()),
                EnginePort.of(config.engine(), layout),
                account,
                connections));
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
