/**
 * Rows in and out of an engine in pieces of bounded size, however long a value is. Start at
 * {@link io.shareddb.replication.engine.bulk.BulkConnection}.
 */
@NullMarked
package io.shareddb.replication.engine.bulk;

import org.jspecify.annotations.NullMarked;
