package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;

/** The position before any epoch was opened: which family of engine will write is not known yet. */
enum NothingYet implements EnginePosition {
    POSITION;

    @Override
    public String text() {
        return "";
    }

    @Override
    public boolean contains(Gtid gtid) {
        return false;
    }

    @Override
    public EnginePosition plus(Gtid gtid) {
        throw new IllegalStateException("transaction " + gtid.text() + " before any epoch was opened");
    }
}
