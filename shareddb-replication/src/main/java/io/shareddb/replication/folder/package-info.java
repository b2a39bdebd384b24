/** Folders that are made, copied and deleted as a whole. */
@NullMarked
package io.shareddb.replication.folder;

import org.jspecify.annotations.NullMarked;
