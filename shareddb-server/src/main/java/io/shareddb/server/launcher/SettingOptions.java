package io.shareddb.server.launcher;

import io.shareddb.server.config.Setting;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as options of a command: all but the secrets, which every user of the machine could read there. Stateless. */
final class SettingOptions {
    private SettingOptions() {}

    static void addTo(CommandSpec command) {
        for (Setting setting : Setting.values()) {
            if (!setting.secret()) {
                String defaultText = setting.defaultText().isEmpty() ? "" : " [" + setting.defaultText() + "]";
                command.addOption(OptionSpec.builder(setting.flag())
                        .paramLabel("VALUE")
                        .type(String.class)
                        .description(setting.name() + ": " + setting.meaning() + defaultText)
                        .build());
            }
        }
    }

    static Map<Setting, String> given(ParseResult parsed) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (!setting.secret()) {
                String value = parsed.matchedOptionValue(setting.flag(), (String) null);
                if (value != null) {
                    values.put(setting, value);
                }
            }
        }
        return values;
    }
}
