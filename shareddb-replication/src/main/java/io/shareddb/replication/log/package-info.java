/** The replicated log: Raft behind one small interface, its transports and its storage. Start at {@link ReplicatedLog}. */
@NullMarked
package io.shareddb.replication.log;

import org.jspecify.annotations.NullMarked;
