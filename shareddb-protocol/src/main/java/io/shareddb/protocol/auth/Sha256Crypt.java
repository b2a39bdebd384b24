package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The slow hash of passwords that MySQL stores for {@code caching_sha2_password}: SHA-crypt with SHA-256, with a salt of
 * 20 bytes where the specification allows 16.
 *
 * @see <a href="https://www.akkadia.org/drepper/SHA-crypt.txt">specification</a>
 */
final class Sha256Crypt {
    private static final int DIGEST_BYTES = 32;
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Sha256Crypt() {}

    /** 43 characters. Takes milliseconds for thousands of rounds. */
    static String hash(String passwordText, Bytes saltBytes, int rounds) {
        byte[] password = passwordText.getBytes(StandardCharsets.UTF_8);
        byte[] salt = saltBytes.toByteArray();
        byte[] digest = first(password, salt);
        byte[] p = repeat(Digests.sha256(times(password, password.length)), password.length);
        byte[] s = repeat(Digests.sha256(times(salt, 16 + (digest[0] & 0xff))), salt.length);
        byte[] none = {};
        for (int round = 0; round < rounds; round++) {
            boolean odd = round % 2 == 1;
            digest = Digests.sha256(
                    odd ? p : digest, round % 3 == 0 ? none : s, round % 7 == 0 ? none : p, odd ? digest : p);
        }
        return encode(digest);
    }

    /** Steps 1 to 12: the digest that the rounds start from. */
    private static byte[] first(byte[] password, byte[] salt) {
        byte[] alternate = Digests.sha256(password, salt, password);
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes(password);
        input.writeBytes(salt);
        input.writeBytes(repeat(alternate, password.length));
        for (int bits = password.length; bits > 0; bits >>= 1) {
            input.writeBytes((bits & 1) == 1 ? alternate : password);
        }
        return Digests.sha256(input.toByteArray());
    }

    /** {@code unit}, {@code count} times. */
    private static byte[] times(byte[] unit, int count) {
        return repeat(unit, unit.length * count);
    }

    /** {@code unit} again and again, cut to {@code length} bytes. */
    private static byte[] repeat(byte[] unit, int length) {
        byte[] result = new byte[length];
        for (int at = 0; at < length; at += unit.length) {
            System.arraycopy(unit, 0, result, at, Math.min(unit.length, length - at));
        }
        return result;
    }

    /** Base 64 of its own: groups of three bytes, ten apart, lowest six bits first. */
    private static String encode(byte[] digest) {
        StringBuilder text = new StringBuilder(43);
        int a = 0;
        int b = 10;
        int c = 20;
        for (int group = 0; group < 10; group++) {
            append(text, digest[a], digest[b], digest[c], 4);
            int last = c;
            c = b + 1;
            b = a + 1;
            a = last + 1;
        }
        append(text, (byte) 0, digest[DIGEST_BYTES - 1], digest[DIGEST_BYTES - 2], 3);
        return text.toString();
    }

    private static void append(StringBuilder text, byte high, byte middle, byte low, int characters) {
        int bits = (high & 0xff) << 16 | (middle & 0xff) << 8 | (low & 0xff);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }
}
