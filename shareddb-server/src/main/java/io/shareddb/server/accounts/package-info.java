/** Accounts of the engine as clients log in with them. Start at {@link EngineAccounts}. */
@NullMarked
package io.shareddb.server.accounts;

import org.jspecify.annotations.NullMarked;
