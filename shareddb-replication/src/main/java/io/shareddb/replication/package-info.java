/** One ordered, durable history of transactions, and engines that follow it. */
@NullMarked
package io.shareddb.replication;

import org.jspecify.annotations.NullMarked;
