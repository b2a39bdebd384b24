package io.shareddb.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.protocol.Golden;
import io.shareddb.protocol.handshake.AuthMoreData;
import io.shareddb.protocol.handshake.Greeting;
import io.shareddb.protocol.handshake.LoginPacket;
import io.shareddb.protocol.wire.Bytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthTest {
    private static final LoginSecret SECRET = new LoginSecret.Password("secret");

    @Test
    void nativeAnswerIsTheOneOfTheMariaDbClient() {
        Nonce nonce = Greeting.read(Golden.payload("greeting_mariadb1145")).nonce();
        Bytes answer = LoginPacket.read(Golden.payload("login_mariadb1011_cli")).authResponse();
        assertThat(NativePassword.answer("secret", nonce)).isEqualTo(answer);
        assertThat(NativePassword.verify(answer, nonce, NativePassword.stored("secret")))
                .isTrue();
        assertThat(NativePassword.verify(answer, nonce, NativePassword.stored("Secret")))
                .isFalse();
    }

    @Test
    void rightNativeAnswerShowsWhatAnotherAnswerNeeds() {
        Nonce nonce = Nonce.random(new SecureRandom());
        LoginSecret shown = NativePassword.prove(
                        NativePassword.answer("secret", nonce), nonce, NativePassword.stored("secret"))
                .orElseThrow();
        Nonce other = Nonce.random(new SecureRandom());
        ClientExchange exchange = ClientExchange.of(NativePassword.NAME, shown, other, false, false)
                .orElseThrow();
        assertThat(exchange.answer()).isEqualTo(NativePassword.answer("secret", other));
        assertThat(ClientExchange.of(CachingSha2Password.NAME, shown, other, true, true))
                .isEmpty();
        assertThat(shown.toString()).isEqualTo("NativeKey");
    }

    @Test
    void cachingSha2AnswerIsTheOneOfTheMySqlClient() {
        Nonce nonce = Greeting.read(Golden.payload("greeting_mysql97")).nonce();
        Bytes answer = LoginPacket.read(Golden.payload("login_mysql97_cli")).authResponse();
        assertThat(CachingSha2Password.answer("secret2", nonce)).isEqualTo(answer);
        assertThat(CachingSha2Password.verify(answer, nonce, CachingSha2Password.cacheEntry("secret2")))
                .isTrue();
        assertThat(CachingSha2Password.verify(answer, nonce, CachingSha2Password.cacheEntry("secret3")))
                .isFalse();
    }

    @Test
    void answerOfAnyOtherLengthIsWrong() {
        Nonce nonce = Nonce.random(new SecureRandom());
        for (int length = 0; length < 70; length++) {
            Bytes answer = Bytes.of(new byte[length]);
            assertThat(NativePassword.verify(answer, nonce, NativePassword.stored("x")))
                    .isFalse();
            assertThat(CachingSha2Password.verify(answer, nonce, CachingSha2Password.cacheEntry("x")))
                    .isFalse();
        }
        assertThat(NativePassword.verify(Bytes.EMPTY, nonce, NativePassword.stored("")))
                .isTrue();
        assertThat(CachingSha2Password.verify(Bytes.EMPTY, nonce, CachingSha2Password.cacheEntry("")))
                .isTrue();
        assertThat(CachingSha2Password.verify(Bytes.hex("00"), nonce, CachingSha2Password.cacheEntry("")))
                .isTrue();
    }

    @Test
    void storedFormsOfEnginesAreRead() {
        // SELECT PASSWORD('secret')
        Credential.NativeHash hash = Credential.NativeHash.parse("*14E65567ABDB5135D0CFD9A70B3032C179A49EE7");
        assertThat(hash.stored()).isEqualTo(NativePassword.stored("secret"));
        assertThatThrownBy(() -> Credential.NativeHash.parse("14E65567ABDB5135D0CFD9A70B3032C179A49EE7"))
                .isInstanceOf(IllegalArgumentException.class);
        // mysql.user of MySQL 9.7.4, password 'secret'
        Credential.SaltedHash salted = Credential.SaltedHash.parse(
                Bytes.hex("244124303041247655030F442B64166D484D654B792F4705337427337434554C6348304D726174366A765835304B"
                        + "634E376A6A6B506A79583178324D39334E522E722F485638"));
        assertThat(salted.rounds()).isEqualTo(10_000);
        assertThat(salted.verify("secret")).isTrue();
        assertThat(salted.verify("Secret")).isFalse();
        assertThat(salted.verify("")).isFalse();
        assertThatThrownBy(() -> Credential.SaltedHash.parse(Bytes.utf8("$A$005$short")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passwordIsEncryptedForTheKeyOfARealServer() {
        Bytes key = AuthMoreData.read(Golden.payload("auth_more_key_mysql97")).data();
        Nonce nonce = Nonce.random(new SecureRandom());
        ClientExchange exchange = ClientExchange.of(CachingSha2Password.NAME, SECRET, nonce, false, true)
                .orElseThrow();
        assertThat(exchange.onMoreData(Bytes.hex("04"))).contains(Bytes.hex("02"));
        assertThat(exchange.onMoreData(key).orElseThrow().length()).isEqualTo(256);
        assertThat(exchange.onMoreData(Bytes.hex("03"))).isEmpty();
    }

    @Test
    void keyThatIsNoneIsRefused() {
        Nonce nonce = Nonce.random(new SecureRandom());
        for (String key : new String[] {
            "", "x", "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----"
        }) {
            ClientExchange exchange = ClientExchange.of(CachingSha2Password.NAME, SECRET, nonce, false, true)
                    .orElseThrow();
            exchange.onMoreData(Bytes.hex("04"));
            assertThatThrownBy(() -> exchange.onMoreData(Bytes.utf8(key))).isInstanceOf(AuthenticationException.class);
        }
    }

    @Test
    void passwordIsNotSentInClearUnlessProtected() {
        Nonce nonce = Nonce.random(new SecureRandom());
        ClientExchange clear = ClientExchange.of(CachingSha2Password.NAME, SECRET, nonce, false, false)
                .orElseThrow();
        assertThatThrownBy(() -> clear.onMoreData(Bytes.hex("04"))).isInstanceOf(AuthenticationException.class);
        ClientExchange tls = ClientExchange.of(CachingSha2Password.NAME, SECRET, nonce, true, false)
                .orElseThrow();
        assertThat(tls.onMoreData(Bytes.hex("04"))).isEqualTo(Optional.of(Bytes.utf8("secret\0")));
        assertThat(ClientExchange.of("mysql_clear_password", SECRET, nonce, true, true))
                .isEmpty();
    }

    @Test
    void nativeHashIsCheckedByTheFullExchangeForClientsThatKnowNoOther() {
        Credential credential = new Credential.NativeHash(NativePassword.stored("pässwörd"));
        Nonce nonce = Nonce.random(new SecureRandom());
        for (String tried : List.of("pässwörd", "password")) {
            ServerExchange exchange =
                    ServerExchange.of(CachingSha2Password.NAME, credential, nonce, true, new AuthWorker(Runnable::run));
            AuthStep asked = exchange.onAnswer(CachingSha2Password.answer(tried, nonce))
                    .toCompletableFuture()
                    .join();
            assertThat(asked.verdict()).isEqualTo(AuthStep.Verdict.ASK);
            AuthStep judged = exchange.onAnswer(Bytes.of(CachingSha2Password.terminated(tried)))
                    .toCompletableFuture()
                    .join();
            assertThat(judged)
                    .isEqualTo(
                            tried.equals("password")
                                    ? AuthStep.REJECT
                                    : AuthStep.accept(new LoginSecret.Password(tried)));
        }
    }

    @Test
    void nonceHasNoZeroAndNoDollar() {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1000; i++) {
            assertThat(Nonce.random(random).bytes().toByteArray()).doesNotContain((byte) 0, (byte) '$');
        }
    }

    @Test
    void nothingSecretIsShown() {
        assertThat(new Credential.PlainPassword("hidden").toString()).doesNotContain("hidden");
        assertThat(Credential.NativeHash.parse("*14E65567ABDB5135D0CFD9A70B3032C179A49EE7")
                        .toString())
                .doesNotContainIgnoringCase("14e6");
        assertThat(ClientExchange.of(
                                NativePassword.NAME,
                                new LoginSecret.Password("hidden"),
                                Nonce.random(new SecureRandom()),
                                false,
                                false)
                        .orElseThrow()
                        .toString())
                .doesNotContain("hidden");
    }
}
