/** Tests of the package. */
@NullMarked
package io.shareddb.protocol.auth;

import org.jspecify.annotations.NullMarked;
