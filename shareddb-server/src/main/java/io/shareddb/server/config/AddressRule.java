package io.shareddb.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The form of {@code WHITELIST}'s elements. Stateless. */
final class AddressRule {
    private static final Pattern IPV4 =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]*[a-zA-Z][a-zA-Z0-9_.-]*");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:/(\\d{1,3}))?");

    private AddressRule() {}

    /** @throws IllegalArgumentException whose message is what was expected */
    static String check(String text) {
        Matcher ipv4 = IPV4.matcher(text);
        Matcher ipv6 = IPV6.matcher(text);
        boolean valid = ipv4.matches() ? validIpv4(ipv4) : ipv6.matches() && atMost(ipv6.group(1), 128);
        if (!valid) {
            String forms = "an address such as 192.0.2.7 or 2001:db8::7, or a network such as 192.0.2.0/24";
            throw new IllegalArgumentException(
                    NAME.matcher(text).matches()
                            ? forms + "; no host name: who answers for the name could let himself in"
                            : forms);
        }
        return text;
    }

    private static boolean validIpv4(Matcher matcher) {
        for (int i = 1; i <= 4; i++) {
            if (!atMost(matcher.group(i), 255)) {
                return false;
            }
        }
        return atMost(matcher.group(5), 32);
    }

    private static boolean atMost(@org.jspecify.annotations.Nullable String number, int max) {
        return number == null || Integer.parseInt(number) <= max;
    }
}
