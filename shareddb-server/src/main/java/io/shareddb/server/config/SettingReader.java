package io.shareddb.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns texts into values and collects what is wrong with them. One thread. */
final class SettingReader {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private static final Pattern BYTES = Pattern.compile("(\\d{1,6})(MB|GB|TB)");

    private final SettingSources sources;
    private final List<String> problems = new ArrayList<>();

    SettingReader(SettingSources sources) {
        this.sources = sources;
        problems.addAll(sources.problems());
    }

    String text(Setting setting) {
        return sources.text(setting);
    }

    boolean given(Setting setting) {
        return sources.given(setting);
    }

    /** Any text that {@code pattern} matches. */
    String text(Setting setting, Pattern pattern, String expected) {
        String text = sources.text(setting);
        if (!pattern.matcher(text).matches()) {
            problem(setting, expected);
        }
        return text;
    }

    /** A whole number; {@code min} after noting a problem. */
    int number(Setting setting, int min, int max) {
        String text = sources.text(setting);
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, like a number out of range
        }
        problem(setting, min + " to " + max);
        return min;
    }

    int port(Setting setting) {
        return number(setting, 1, 65_535);
    }

    Optional<Integer> optionalPort(Setting setting) {
        return sources.text(setting).isEmpty() ? Optional.empty() : Optional.of(port(setting));
    }

    boolean flag(Setting setting) {
        String text = sources.text(setting).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            problem(setting, "true or false");
        }
        return text.equals("true");
    }

    Duration duration(Setting setting, Duration min, Duration max) {
        Matcher matcher = DURATION.matcher(sources.text(setting));
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration value =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    };
            if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                return value;
            }
        }
        problem(setting, min.toMillis() + "ms to " + max.toSeconds() + "s, written as 500ms, 10s or 2m");
        return min;
    }

    /** A number of bytes, decimal units; {@code min} after noting a problem. */
    long bytes(Setting setting, long min) {
        Matcher matcher = BYTES.matcher(sources.text(setting));
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            long value =
                    switch (matcher.group(2)) {
                        case "MB" -> number * 1_000_000;
                        case "GB" -> number * 1_000_000_000;
                        default -> number * 1_000_000_000_000L;
                    };
            if (value >= min) {
                return value;
            }
        }
        problem(setting, "at least " + min / 1_000_000 + "MB, written as 500MB, 10GB or 2TB");
        return min;
    }

    /** Elements separated by commas; blanks around them and empty ones are dropped. */
    <T> List<T> list(Setting setting, Function<String, T> element) {
        return Arrays.stream(sources.text(setting).split(",", -1))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .flatMap(text -> parsed(setting, text, element).stream())
                .toList();
    }

    private <T> Optional<T> parsed(Setting setting, String text, Function<String, T> element) {
        try {
            return Optional.of(element.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add(setting.name() + ": " + text + " (expected: " + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    void problem(Setting setting, String expected) {
        String text = sources.text(setting);
        String shown = setting.secret() && !text.isEmpty() ? "***" : text.isEmpty() ? "not set" : text;
        problems.add(setting.name() + ": " + shown + " (expected: " + expected + ")");
    }

    /** @throws ConfigException if there was any problem */
    void check() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }
}
