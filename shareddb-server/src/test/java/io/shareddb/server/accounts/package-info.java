@NullMarked
package io.shareddb.server.accounts;

import org.jspecify.annotations.NullMarked;
