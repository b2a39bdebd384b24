package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What differs between kinds of engines that are run here. Stateless. */
interface EngineProgram {
    /** For people. */
    String product();

    EngineFamily family();

    /** Options besides those of {@link EngineOptions}. */
    List<String> options(EngineBinaries binaries);

    /** Fills {@code data}, which is empty, with the system tables: no account that can log in from elsewhere, no test database. */
    void create(EngineBinaries binaries, Path data, Path workFolder) throws IOException;

    /** Whether this looks like data of this kind of engine. */
    boolean isData(Path data);

    /** The version that wrote {@code data}, where it must be of the same series as the program's and tells it. */
    Optional<EngineVersion> dataVersion(Path data) throws IOException;

    /**
     * Statements of the {@code --init-file}, one per line; nothing of it enters the binlog.
     *
     * @param first also make the clients' account
     */
    String accounts(Credentials operator, Credentials clients, boolean first);

    /**
     * Cuts what nobody acknowledged off the engine's data, before a start, where the engine does not do so itself.
     *
     * @param committed what is known of the committed history; more may be committed
     */
    void cutTail(Path data, Supplier<EnginePosition> committed) throws IOException;
}
