/**
 * Engines that somebody else runs: waiting for one, examining it, taking it for one node, noticing that it was restarted. Start at
 * {@link io.shareddb.replication.engine.external.ExternalEngine}.
 */
@NullMarked
package io.shareddb.replication.engine.external;

import org.jspecify.annotations.NullMarked;
