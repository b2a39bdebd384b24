/** Follower side: from the archive into the engine, as a binlog server. */
@NullMarked
package io.shareddb.replication.relay;

import org.jspecify.annotations.NullMarked;
