package io.shareddb.cluster.simulation;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files of another engine: received beside what this one holds, which stays until they take its place. */
final class ModelFiles implements FileCopies {
    private final EngineFamily family;
    private final Consumer<ModelCopy> replace;
    private @Nullable ModelCopy received;

    /** @param replace puts a copy in the place of what the engine holds; takes time, in which the operator may end */
    ModelFiles(EngineFamily family, Consumer<ModelCopy> replace) {
        this.family = family;
        this.replace = replace;
    }

    @Override
    public SnapshotSource source() {
        throw new UnsupportedOperationException("copies are taken with copy()");
    }

    @Override
    public EnginePosition receive(InputStream in, Consumer<SnapshotProgress> progress) throws IOException {
        received = null;
        ModelCopy copy = ModelCopy.parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        received = copy;
        return family.position(copy.position());
    }

    @Override
    public void install() {
        ModelCopy copy = received;
        if (copy == null) {
            throw new IllegalStateException("no copy was received");
        }
        received = null;
        replace.accept(copy);
    }
}
