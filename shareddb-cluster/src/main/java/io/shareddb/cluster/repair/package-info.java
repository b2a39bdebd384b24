/** Replacing an engine's content with a copy from another node. Start at {@link io.shareddb.cluster.repair.Reseed}. */
@NullMarked
package io.shareddb.cluster.repair;

import org.jspecify.annotations.NullMarked;
