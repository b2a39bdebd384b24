/**
 * A cluster that lost more than half of its voters for good goes on with what is left. Start at {@link
 * io.shareddb.cluster.recovery.Recovery}.
 *
 * <pre>
 * Survivor (files of a stopped node) ──► Recovery.of: who is chosen, what is in doubt ──confirmed──► plan on every disk
 *    ──► members decided in the chosen log ──► every survivor moved to a cluster of a new id ──► plan done
 * </pre>
 *
 * <p>The new id keeps the lost nodes out: logs of different ids do not talk, and the new cluster tells nodes of the old one, by the ids that
 * it replaces, that it went on without them.
 */
@NullMarked
package io.shareddb.cluster.recovery;

import org.jspecify.annotations.NullMarked;
