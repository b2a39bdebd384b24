/**
 * How much room a node has, and what of its history it keeps. Start at {@link io.shareddb.cluster.storage.Storage}.
 */
@NullMarked
package io.shareddb.cluster.storage;

import org.jspecify.annotations.NullMarked;
