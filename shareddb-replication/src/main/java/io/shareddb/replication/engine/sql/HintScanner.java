package io.shareddb.replication.engine.sql;

import java.util.List;

/** Tells quickly that none of some words occurs in a text, in whatever letter case. Immutable. */
final class HintScanner {
    private final boolean[] pairs = new boolean[1 << 14]; // by the first two characters, 7 bits each
    private final List<String> words;

    /** @param words in lower case, ASCII, of two characters at least */
    HintScanner(List<String> words) {
        this.words = List.copyOf(words);
        for (String word : words) {
            pairs[word.charAt(0) << 7 | word.charAt(1)] = true;
        }
    }

    boolean occursIn(CharSequence text) {
        int length = text.length();
        int before = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            int lower = c >= 'A' && c <= 'Z' ? c + 32 : c < 0x80 ? c : 0;
            if (pairs[before << 7 | lower] && startsAt(text, i - 1)) {
                return true;
            }
            before = lower;
        }
        return false;
    }

    private boolean startsAt(CharSequence text, int start) {
        for (String word : words) {
            if (start + word.length() <= text.length()) {
                int i = 0;
                while (i < word.length() && lower(text.charAt(start + i)) == word.charAt(i)) {
                    i++;
                }
                if (i == word.length()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
