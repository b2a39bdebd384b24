package io.shareddb.cluster.bootstrap;

import io.shareddb.replication.log.LogStart;
import java.io.IOException;

/** Makes this node's log, which has not been started, begin somewhere else than at its first entry. */
@FunctionalInterface
public interface LogBeginning {
    /** It is on disk when this returns. Can be repeated. */
    void at(LogStart start) throws IOException;
}
