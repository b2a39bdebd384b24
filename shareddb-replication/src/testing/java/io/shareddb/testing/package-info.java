/** What the tests of several modules share: which engines they ran on. */
@NullMarked
package io.shareddb.testing;

import org.jspecify.annotations.NullMarked;
