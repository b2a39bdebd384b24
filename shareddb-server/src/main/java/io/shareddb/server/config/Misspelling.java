package io.shareddb.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Finds variables that somebody meant to be a setting. Stateless. */
final class Misspelling {
    private static final int MIN_LENGTH = 7; // shorter names of other programs are one edit away by chance

    private Misspelling() {}

    /** The setting that {@code variable} is one edit, one swap of letters or a matter of case and underscores away from. */
    static Optional<Setting> of(String variable) {
        String name = variable.startsWith(Setting.PREFIX) ? variable.substring(Setting.PREFIX.length()) : variable;
        return Arrays.stream(Setting.values())
                .filter(setting -> similar(name, setting.name()))
                .findFirst();
    }

    private static boolean similar(String name, String known) {
        if (bare(name).equals(bare(known))) {
            return true;
        }
        return name.length() >= MIN_LENGTH && known.length() >= MIN_LENGTH && oneEdit(name, known);
    }

    private static String bare(String name) {
        return name.replace("_", "").replace("-", "").replace(".", "").toUpperCase(Locale.ROOT);
    }

    private static boolean oneEdit(String a, String b) {
        int from = 0;
        while (from < a.length() && from < b.length() && a.charAt(from) == b.charAt(from)) {
            from++;
        }
        int endA = a.length();
        int endB = b.length();
        while (endA > from && endB > from && a.charAt(endA - 1) == b.charAt(endB - 1)) {
            endA--;
            endB--;
        }
        int restA = endA - from;
        int restB = endB - from;
        boolean swapped = restA == 2
                && restB == 2
                && a.charAt(from) == b.charAt(from + 1)
                && a.charAt(from + 1) == b.charAt(from);
        return swapped || (restA <= 1 && restB <= 1);
    }
}
