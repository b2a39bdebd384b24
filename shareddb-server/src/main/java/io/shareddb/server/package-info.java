/** A node of Shared DB to run or to embed. */
@NullMarked
package io.shareddb.server;

import org.jspecify.annotations.NullMarked;
