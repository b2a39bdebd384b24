/** The committed history as transactions with sequence numbers. Start at {@link TransactionArchive}. */
@NullMarked
package io.shareddb.replication.archive;

import org.jspecify.annotations.NullMarked;
