package io.shareddb.server.accounts;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;

/**
 * The host part of an account, as engines that do not resolve names read it: an address, one with {@code %} and {@code _} in it,
 * {@code address/netmask}, {@code address/bits}, or {@code localhost} for the machine itself. Other names match nobody. Immutable.
 */
record HostPattern(String text) {
    private static final String LOCAL = "localhost";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1");

    /** Whether it is for this machine only. */
    boolean local() {
        return text.equalsIgnoreCase(LOCAL);
    }

    /** Whether clients from {@code address} are meant. */
    boolean matches(InetAddress address) {
        if (text.isEmpty() || text.equals("%")) {
            return true;
        }
        if (local()) {
            return LOOPBACK.contains(NetUtil.toAddressString(address));
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return inNetwork(address, text.substring(0, slash), text.substring(slash + 1));
        }
        return like(text.toLowerCase(Locale.ROOT), NetUtil.toAddressString(address), 0, 0);
    }

    /** The engines' order: whole addresses and names, then networks, then by how late the first wildcard comes; any host last. */
    int specificity() {
        if (text.isEmpty()) {
            return 0;
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return text.indexOf('.', slash) >= 0 ? 1000 : 1001;
        }
        for (int i = 0; i < text.length(); i++) {
            if (isWildcard(text.charAt(i))) {
                return i + 1;
            }
        }
        return 1002;
    }

    private static boolean isWildcard(char character) {
        return character == '%' || character == '_';
    }

    private static boolean inNetwork(InetAddress address, String network, String mask) {
        byte[] theirs = address.getAddress();
        byte[] ours = bytes(network);
        if (ours.length != theirs.length) {
            return false;
        }
        byte[] bits = mask.indexOf('.') >= 0 ? bytes(mask) : prefix(mask, ours.length);
        if (bits.length != ours.length) {
            return false;
        }
        for (int i = 0; i < ours.length; i++) {
            if ((theirs[i] & bits[i]) != ours[i]) { // as engines do it: bits beyond the mask match nobody
                return false;
            }
        }
        return true;
    }

    /** Empty if it is no address. */
    private static byte[] bytes(String address) {
        byte[] parsed = NetUtil.createByteArrayFromIpAddressString(address);
        return parsed == null ? new byte[0] : parsed;
    }

    private static byte[] prefix(String digits, int length) {
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new byte[0];
        }
        int left = Integer.parseInt(digits);
        if (left > length * 8) {
            return new byte[0];
        }
        byte[] mask = new byte[length];
        for (int i = 0; i < length; i++, left -= 8) {
            mask[i] = (byte) (left >= 8 ? 0xff : left <= 0 ? 0 : 0xff << (8 - left));
        }
        return mask;
    }

    /** SQL's {@code LIKE}, from these places on. */
    private static boolean like(String pattern, String value, int at, int from) {
        int p = at;
        int v = from;
        while (p < pattern.length()) {
            char wanted = pattern.charAt(p);
            if (wanted == '%') {
                for (int rest = v; rest <= value.length(); rest++) {
                    if (like(pattern, value, p + 1, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (wanted == '\\' && p + 1 < pattern.length()) {
                wanted = pattern.charAt(++p);
            } else if (wanted == '_') {
                wanted = v < value.length() ? value.charAt(v) : wanted;
            }
            if (v >= value.length() || value.charAt(v) != wanted) {
                return false;
            }
            p++;
            v++;
        }
        return v == value.length();
    }
}
