package io.shareddb.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of a node: its name, its default and what it means. The constant's name is the environment variable, with or without
 * {@code SHAREDDB_} in front; in lower case with dashes it is the key in a file and the flag.
 */
public enum Setting {
    CONFIG_FILE("", "a file of settings, name=value, which the environment and flags override"),
    NODE_NAME("", "name of this node for people; default: the host's name"),
    DATA_DIR("./data", "directory of this node's engine, log and archive; one node per directory"),

    DB_INIT_PASS("", "password of DB_USER, for clients and on the engine; required, the same on every node"),
    DB_INIT_PASS_FILE("", "file that holds DB_INIT_PASS, so that it is not in the environment"),
    DB_USER("root", "the account that clients log in with, and the engine's with all privileges"),
    DB_ACCOUNTS("operator", "who may log in: operator (DB_USER alone) or engine (every account of the engine)"),
    INIT_DB_NAME("", "database that the first leader creates"),

    EXT_DB_PORT("3307", "port of the MySQL endpoint"),
    API_PORT("7071", "port of the cluster API, for the other nodes only"),
    UI_PORT(
            "8008",
            "port of the management API and the user interface, for this machine; probes and metrics answer others too"),
    RAFT_PORT("7072", "port of the replicated log, for the other nodes only"),
    DB_PORT("", "port under which others reach EXT_DB_PORT; default: the same"),
    BIND_ADDRESS("127.0.0.1", "address that all ports listen on; 0.0.0.0 for all interfaces"),
    ADVERTISE_HOST(
            "",
            "address under which other nodes reach this one; default: FLUX_NODE_HOST_IP, BIND_ADDRESS, or the host's name"),

    CLUSTER_NAME("shareddb", "name of the cluster; nodes of another one are refused"),
    CLUSTER_SECRET("", "what all nodes know and nobody else; default: derived from DB_INIT_PASS"),
    CLUSTER_SECRET_PREVIOUS("", "another secret whose holders are nodes as well, while it is changed"),
    CLUSTER_TLS("true", "whether nodes encrypt what they send each other; false on a loopback BIND_ADDRESS only"),
    CLUSTER_TLS_CERT("", "this node's certificate in PEM; default: one that follows from CLUSTER_SECRET"),
    CLUSTER_TLS_KEY("", "the key of CLUSTER_TLS_CERT in PEM, without a password"),
    CLUSTER_TLS_CA("", "in PEM, the authorities that vouch for nodes of the cluster and for nobody else"),
    CLUSTER_SIZE("3", "nodes to wait for at the very first start"),
    PEERS("", "the other nodes as host:port of their API_PORT, separated by commas; this node may be among them"),
    ADOPT(
            "",
            "name of the node whose database a new cluster begins with, where several hold data: the others' are replaced"),
    LEADER_SYNC(
            "log",
            "what syncs a commit to the leader's disk: log (a loss of power costs a rebuild of its engine) or engine as well"),
    NODE_KIND(
            "full",
            "full: votes and may lead; replica: joins a cluster, follows and answers reads, never votes; witness: votes and"
                    + " keeps the log, has no engine"),
    REPLACE_AFTER(
            "off",
            "silence after which a voter is removed, if CLUSTER_SIZE voters are left without it and more than half of them live"),
    LEADER_TIMEOUT("1s", "silence after which a leader is given up; a lost connection is noticed sooner"),
    DISCOVERY(
            "",
            "dns:NAME[:PORT], a name with an address record for each node, or flux:APPLICATION[:PORT], whose instances are nodes;"
                    + " PEERS may be empty then"),
    DB_APPNAME("", "the same as DISCOVERY=flux:APPLICATION"),
    FLUX_NODE_HOST_IP("", "address of the machine, which FluxOS sets; ADVERTISE_HOST where that is not set"),
    CLIENT_APPNAME("", "FluxOS application whose instances may connect, beside WHITELIST"),

    LOG_RETENTION_SIZE("4GB", "how large the replicated log may become where nobody needs more of it"),
    LOG_RETENTION_AGE("7d", "how long the replicated log is kept where nobody needs it longer"),
    DISK_WARN("2GB", "free space of DATA_DIR below which the node warns and keeps no more history than it must"),
    DISK_REFUSE("512MB", "free space of DATA_DIR below which writes are refused"),

    WHITELIST("127.0.0.1", "addresses and networks (CIDR) that clients may connect from, separated by commas"),
    FLUX_API("https://api.runonflux.io", "where FluxOS is asked"),
    AUTH_MASTER_ONLY("false", "whether only the leader's node admits clients; the others name it"),
    CLIENT_TLS("prefer", "TLS on the MySQL endpoint: require (clients without are refused), prefer (offered) or off"),
    CLIENT_TLS_CERT("", "PEM file of the certificate for clients, and those above it; default: a self-made one"),
    CLIENT_TLS_KEY("", "PEM file of its private key, without a password"),
    READ_CONSISTENCY(
            "session",
            "what reads on followers must see: eventual (what is there), session (own writes) or strong (everything)"),
    STALE_READS(
            "refuse",
            "reads on a node that has known no leader for longer than LEADER_WAIT: refuse (but those with consistency eventual) or allow"),
    LEADER_WAIT("10s", "how long a statement waits for a leader before it gets an error"),

    MAX_CONNECTIONS("6000", "clients at a time"),
    MAX_CONNECTIONS_PER_ADDRESS("0", "clients at a time from one address; 0: no such limit"),
    MAX_UNAUTHENTICATED("1000", "connections at a time that have not logged in yet"),
    MAX_PACKET_MEGABYTES("256", "longest command of a client"),
    HANDSHAKE_TIMEOUT("10s", "how long a login may take"),
    IDLE_TIMEOUT("480m", "how long a client may do nothing"),
    INTERACTIVE_TIMEOUT("480m", "how long a client with a person at it may do nothing"),
    SLOW_READER_TIMEOUT("1m", "how long a client may leave its answer unread"),
    ENGINE_IDLE_TIMEOUT("10s", "how long an idle session keeps its connection to the engine"),

    DB_COMPONENT_NAME("", "host of an engine that somebody else runs; default: the node runs its engine"),
    DB_ENGINE_PORT("3306", "port of an engine that somebody else runs"),
    RELAY_HOST("", "address under which such an engine reaches this node; default: where its connections come from"),
    ENGINE_BINARY("", "mariadbd or mysqld to run; default: the one that comes with Shared DB"),
    ENGINE_JAR("", "jar with an engine to unpack; default: the one for this platform that comes with Shared DB"),
    ENGINE_PORT("", "port of the managed engine on 127.0.0.1; default: a free one, kept in DATA_DIR"),
    ENGINE_MEMORY_MEGABYTES("128", "memory of the managed engine for InnoDB's cache"),
    ENGINE_CACHE(
            "", "directory for the unpacked engine, shared by nodes; default: shareddb in the user's cache directory"),

    LOG_FILE("", "file for this node's messages, rolled at 10 MB; default: standard output"),
    LOG_LEVEL("INFO", "least level of messages: ERROR, WARN, INFO or DEBUG");

    /** What may stand in front of a variable's name. */
    public static final String PREFIX = "SHAREDDB_";

    private final String defaultText;
    private final String meaning;

    Setting(String defaultText, String meaning) {
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The default as one would write it; empty for none. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for help and documentation. */
    public String meaning() {
        return meaning;
    }

    /** The key in a file, for example {@code cluster-size}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The option on a command line, for example {@code --cluster-size}. */
    public String flag() {
        return "--" + key();
    }

    /** Whether its value must not be shown. */
    public boolean secret() {
        return this == DB_INIT_PASS || this == CLUSTER_SECRET || this == CLUSTER_SECRET_PREVIOUS;
    }

    /** The setting that {@code variable} names in the environment. */
    public static Optional<Setting> ofVariable(String variable) {
        if (variable.equals("authMasterOnly")) { // the original's documentation writes it so
            return Optional.of(AUTH_MASTER_ONLY);
        }
        String name = variable.startsWith(PREFIX) ? variable.substring(PREFIX.length()) : variable;
        return Arrays.stream(values()).filter(s -> s.name().equals(name)).findFirst();
    }

    /** The setting that {@code key} names in a file: {@code cluster-size}, {@code cluster.size} and {@code CLUSTER_SIZE} are one. */
    static Optional<Setting> ofKey(String key) {
        String name = key.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
        return ofVariable(name);
    }
}
