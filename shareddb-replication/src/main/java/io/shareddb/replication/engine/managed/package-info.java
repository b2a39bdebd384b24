/**
 * Engines that the operator starts itself: finding the program, making a data directory, running the process. Start at
 * {@link io.shareddb.replication.engine.managed.ManagedEngine}.
 */
@NullMarked
package io.shareddb.replication.engine.managed;

import org.jspecify.annotations.NullMarked;
