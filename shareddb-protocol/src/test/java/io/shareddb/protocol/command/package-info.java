/** Tests of the package. */
@NullMarked
package io.shareddb.protocol.command;

import org.jspecify.annotations.NullMarked;
