package io.shareddb.replication.engine.managed;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Fills {@code mysql.time_zone*} from the time zones of this JDK, so that named zones work although neither the engine's
 * package nor a container image brings them. Zones with the same rules share one id.
 * @see <a href="https://mariadb.com/kb/en/time-zones/">manual</a>
 */
final class TimeZoneTables {
    private static final int LAST_YEAR = 2037; // the engine takes at most 370 transitions of a zone; zic ends there too
    private static final int ROWS_PER_INSERT = 500;

    private TimeZoneTables() {}

    /** Statements for {@code --bootstrap}: each ends with a semicolon and a line feed. */
    static void write(Appendable sql) throws IOException {
        Map<ZoneRules, Integer> ids = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            if (!name.startsWith("SystemV/")) {
                int next = ids.size() + 1;
                Integer known = ids.putIfAbsent(ZoneId.of(name).getRules(), next);
                names.add("('" + name + "'," + (known == null ? next : known) + ")");
            }
        }
        List<String> zones = new ArrayList<>();
        List<String> types = new ArrayList<>();
        List<String> transitions = new ArrayList<>();
        ids.forEach((rules, id) -> {
            zones.add("(" + id + ",'N')");
            addRules(rules, id, types, transitions);
        });
        insert(sql, "time_zone (Time_zone_id,Use_leap_seconds)", zones);
        insert(sql, "time_zone_name (Name,Time_zone_id)", names);
        insert(sql, "time_zone_transition_type (Time_zone_id,Transition_type_id,`Offset`,Is_DST,Abbreviation)", types);
        insert(sql, "time_zone_transition (Time_zone_id,Transition_time,Transition_type_id)", transitions);
    }

    /** @param offset seconds east of Greenwich; {@code summer} only tells which type holds before the first transition */
    private record Type(int offset, boolean summer) {}

    private static void addRules(ZoneRules rules, int id, List<String> types, List<String> transitions) {
        Map<Type, Integer> known = new LinkedHashMap<>();
        known.put(new Type(rules.getOffset(Instant.EPOCH).getTotalSeconds(), false), 0);
        for (ZoneOffsetTransition transition : transitions(rules)) {
            Type type = new Type(
                    transition.getOffsetAfter().getTotalSeconds(), rules.isDaylightSavings(transition.getInstant()));
            int next = known.size();
            Integer number = known.putIfAbsent(type, next);
            transitions.add("(" + id + "," + transition.toEpochSecond() + "," + (number == null ? next : number) + ")");
        }
        known.forEach((type, number) -> types.add("(" + id + "," + number + "," + type.offset() + ","
                + (type.summer() ? 1 : 0) + ",'')")); // abbreviations are shown nowhere, and limited to 50 bytes a zone
    }

    private static List<ZoneOffsetTransition> transitions(ZoneRules rules) {
        List<ZoneOffsetTransition> all = new ArrayList<>(rules.getTransitions());
        int from = all.isEmpty()
                ? 1970
                : all.get(all.size() - 1).getDateTimeBefore().getYear() + 1;
        List<ZoneOffsetTransitionRule> yearly = rules.getTransitionRules();
        for (int year = from; !yearly.isEmpty() && year <= LAST_YEAR; year++) {
            for (ZoneOffsetTransitionRule rule : yearly) {
                all.add(rule.createTransition(year));
            }
        }
        all.removeIf(transition -> transition.toEpochSecond() <= 0); // before any TIMESTAMP
        all.sort(Comparator.comparing(ZoneOffsetTransition::getInstant));
        return all;
    }

    private static void insert(Appendable sql, String into, List<String> rows) throws IOException {
        for (int from = 0; from < rows.size(); from += ROWS_PER_INSERT) {
            List<String> part = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_INSERT));
            sql.append("INSERT INTO mysql.").append(into).append(" VALUES ");
            sql.append(String.join(",", part)).append(";\n");
        }
    }
}
