/** How the nodes of one log reach each other: authenticated, ordered, lossy. Start at {@link io.shareddb.replication.log.transport.LogTransport}. */
@NullMarked
package io.shareddb.replication.log.transport;

import org.jspecify.annotations.NullMarked;
