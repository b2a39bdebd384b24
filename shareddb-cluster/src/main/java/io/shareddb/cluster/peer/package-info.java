/** What nodes tell each other outside the log: who they are and how they do. Start at {@link io.shareddb.cluster.peer.PeerClient}. */
@NullMarked
package io.shareddb.cluster.peer;

import org.jspecify.annotations.NullMarked;
