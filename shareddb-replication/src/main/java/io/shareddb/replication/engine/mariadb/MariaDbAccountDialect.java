package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.AccountDialect;
import java.util.Optional;

/** Accounts of MariaDB. Of an account with several methods this is the password's, where it has one. */
final class MariaDbAccountDialect implements AccountDialect {
    @Override
    public String accounts() {
        return "SELECT Host, User, IF(plugin = '', 'mysql_native_password', plugin), CAST(authentication_string AS BINARY)"
                + " FROM mysql.user WHERE User IN (?, '') AND is_role = 'N'";
    }

    @Override
    public Optional<String> trust() {
        return Optional.of(
                "SET GLOBAL proxy_protocol_networks = (SELECT IF(known = '*' OR FIND_IN_SET(address, known),"
                        + " known, CONCAT_WS(',', NULLIF(known, ''), address))"
                        + " FROM (SELECT REPLACE(@@GLOBAL.proxy_protocol_networks, ' ', '') AS known, ? AS address) AS networks)");
    }
}
