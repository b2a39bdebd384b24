/** Leader side: from the engine's binlog into the log. */
@NullMarked
package io.shareddb.replication.capture;

import org.jspecify.annotations.NullMarked;
