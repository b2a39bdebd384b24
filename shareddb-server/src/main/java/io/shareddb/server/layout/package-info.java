/** Where a node keeps its files, and how it is made sure that one process uses them. */
@NullMarked
package io.shareddb.server.layout;

import org.jspecify.annotations.NullMarked;
