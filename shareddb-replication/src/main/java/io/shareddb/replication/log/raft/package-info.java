/**
 * The replicated log on MicroRaft's core: the only package that knows that library. Start at {@link
 * io.shareddb.replication.log.raft.RaftReplicatedLog}.
 *
 * <p>Everything but a few entry points runs on the log's thread (see {@link
 * io.shareddb.replication.log.transport.LogThread}). {@code RaftCore} drives the library and holds what it needs to be driven safely;
 * {@code SegmentRaftStore} is its memory on disk; {@code Outbox} and {@code MessageCodec} carry its messages.
 */
@NullMarked
package io.shareddb.replication.log.raft;

import org.jspecify.annotations.NullMarked;
