/**
 * Append-only, checksummed segment files and small files that are replaced atomically; the disk is an interface, so that tests
 * can crash it. Start at {@link io.shareddb.replication.segment.SegmentLog}.
 */
@NullMarked
package io.shareddb.replication.segment;

import org.jspecify.annotations.NullMarked;
