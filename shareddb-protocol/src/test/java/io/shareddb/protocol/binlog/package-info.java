/** Tests of the package. */
@NullMarked
package io.shareddb.protocol.binlog;

import org.jspecify.annotations.NullMarked;
