/** Tests of the package. */
@NullMarked
package io.shareddb.protocol.packet;

import org.jspecify.annotations.NullMarked;
