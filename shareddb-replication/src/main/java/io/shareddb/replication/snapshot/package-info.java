/** The full state of an engine at an exact position: take, ship, load. */
@NullMarked
package io.shareddb.replication.snapshot;

import org.jspecify.annotations.NullMarked;
