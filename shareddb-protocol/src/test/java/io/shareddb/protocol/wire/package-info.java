/** Tests of the package. */
@NullMarked
package io.shareddb.protocol.wire;

import org.jspecify.annotations.NullMarked;
