package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MySqlAccountsTest {
    @Test
    void defaultRolesAreTakenOutOfAStatement() {
        assertThat(MySqlAccounts.withoutDefaultRoles("CREATE USER `u`@`%` IDENTIFIED WITH 'p' AS 0x24"
                        + " DEFAULT ROLE `r`@`%`,`a REQUIRE b`@`%` REQUIRE NONE ACCOUNT UNLOCK"))
                .isEqualTo("CREATE USER `u`@`%` IDENTIFIED WITH 'p' AS 0x24 REQUIRE NONE ACCOUNT UNLOCK");
    }

    @Test
    void quotedWordsStay() {
        for (String sql : new String[] {
            "CREATE USER `x DEFAULT ROLE ``y` REQUIRE `@`%` REQUIRE NONE",
            "CREATE USER `u`@`%` REQUIRE SUBJECT 'it''s \\' DEFAULT ROLE `r`@`%` REQUIRE ' ACCOUNT LOCK",
            "CREATE USER `u`@`%` REQUIRE NONE ATTRIBUTE '{\"a\": \"it\\'s DEFAULT ROLE `r`@`%` REQUIRE x\"}'"
        }) {
            assertThat(MySqlAccounts.withoutDefaultRoles(sql)).isEqualTo(sql);
        }
    }
}
