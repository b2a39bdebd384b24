package io.shareddb.cluster.repair;

import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.time.Duration;

/** An engine that can be loaded and nothing else. */
final class LoadingEngine implements Engine {
    private final SnapshotLoader loader;

    LoadingEngine(SnapshotLoader loader) {
        this.loader = loader;
    }

    @Override
    public SnapshotLoader snapshotLoader() {
        return loader;
    }

    @Override
    public SnapshotSource snapshotSource() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EngineInfo info() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EngineState state() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepare() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void follow(RelayAddress relay, EnginePosition from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void stopFollowing() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitApplied(EnginePosition position, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepareToLead(long epoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void openForWrites() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean closeForWrites(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void applyInParallel(boolean parallel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void expectWriters(int writers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void syncCommits(boolean each) {
        throw new UnsupportedOperationException();
    }
}
