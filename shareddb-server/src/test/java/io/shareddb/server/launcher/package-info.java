/** Tests of {@code io.shareddb.server.launcher}. */
@NullMarked
package io.shareddb.server.launcher;

import org.jspecify.annotations.NullMarked;
