package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.AccountDialect;
import java.util.Optional;

/** Accounts of MySQL; roles are accounts there. */
final class MySqlAccountDialect implements AccountDialect {
    @Override
    public String accounts() {
        return "SELECT Host, User, plugin, CAST(authentication_string AS BINARY) FROM mysql.user WHERE User IN (?, '')";
    }

    @Override
    public Optional<String> trust() {
        return Optional.empty();
    }
}
