package io.shareddb.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Collects settings as text: flags before environment before file. Immutable once made. */
final class SettingSources {
    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private final List<String> problems = new ArrayList<>();

    SettingSources(Map<String, String> environment, Map<Setting, String> flags) {
        addEnvironment(environment);
        flags.forEach((setting, value) -> values.put(setting, value.strip()));
        String file = values.getOrDefault(Setting.CONFIG_FILE, "");
        if (!file.isEmpty()) {
            addFile(file);
        }
    }

    /** The text given for {@code setting}, else its default; empty when there is neither. */
    String text(Setting setting) {
        String value = values.getOrDefault(setting, "");
        return value.isEmpty() ? setting.defaultText() : value;
    }

    /** Whether somebody gave it a value. */
    boolean given(Setting setting) {
        return !values.getOrDefault(setting, "").isEmpty();
    }

    /** Names that are no settings, settings given twice, files that cannot be read. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    private void addEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((variable, value) -> {
            Optional<Setting> setting = Setting.ofVariable(variable);
            if (setting.isPresent()) {
                addVariable(setting.get(), variable, value.strip());
            } else if (variable.startsWith(Setting.PREFIX)
                    || Misspelling.of(variable).isPresent()) {
                unknown(variable, Misspelling.of(variable).map(Setting::name));
            }
        });
    }

    private void addVariable(Setting setting, String variable, String value) {
        String former = values.put(setting, value);
        if (former != null && !former.equals(value)) {
            problems.add(variable + ": given twice with different values (expected: one of " + setting.name() + " and "
                    + Setting.PREFIX + setting.name() + ")");
        }
    }

    private void addFile(String file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("CONFIG_FILE: " + file + " (expected: a readable file of name=value; " + e + ")");
            return;
        }
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            Setting.ofKey(key)
                    .ifPresentOrElse(
                            setting -> values.putIfAbsent(setting, value),
                            () -> unknown(
                                    key + " in " + file, Misspelling.of(key).map(Setting::key)));
        }
    }

    private void unknown(String name, Optional<String> meant) {
        String hint = meant.map(known -> "did you mean " + known + "?").orElse("a setting of docs/configuration.md");
        problems.add(name + ": unknown setting (expected: " + hint + ")");
    }
}
