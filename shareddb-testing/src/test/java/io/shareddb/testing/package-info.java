/** Tests of what tests share. */
@NullMarked
package io.shareddb.testing;

import org.jspecify.annotations.NullMarked;
