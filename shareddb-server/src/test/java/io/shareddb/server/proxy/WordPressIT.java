package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.endtoend.FreePorts;
import io.shareddb.server.endtoend.Poll;
import io.shareddb.server.routing.Consistency;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WordPress, as Debian packages it, installed and used through a follower's port: what a page writes, the next page, which opens a
 * connection of its own, shows. Leader and follower stand before the same engine. Skipped, and so not covered, where it or PHP's mysqli is not installed.
 */
class WordPressIT {
    private static final Path PACKAGED = Path.of("/usr/share/wordpress");
    private static final String PASSWORD = "a long enough password";
    private static final int POSTS = 8;

    @TempDir
    static Path directory;

    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private int webPort;

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void isInstalledAndUsedThroughAFollower(EngineChoice choice) throws Exception {
        assumeTrue(
                Files.isDirectory(PACKAGED)
                        && Programs.works(directory, "php", "-r", "exit(class_exists('mysqli') ? 0 : 1);"),
                "no " + PACKAGED + " (package wordpress) or no mysqli (package php-mysql): not covered");
        Path folder = directory.resolve(choice.folder());
        try (ProxyEngine engine = ProxyEngine.started(folder.resolve("engine"), choice.installed());
                TestProxy leader = new TestProxy();
                TestProxy follower = new TestProxy(TestProxy.config().with(Consistency.EVENTUAL))) {
            leader.cluster.engine(engine.local());
            leader.cluster.leading(1);
            follower.cluster.engine(engine.local());
            follower.cluster.following(1, FakeCluster.B, leader.port());
            engine.execute("CREATE DATABASE wordpress");
            Path site = site(folder.resolve("site"), follower.port());
            webPort = FreePorts.block(1);
            Process php = serve(site, folder.resolve("php.txt"));
            try {
                use();
            } catch (AssertionError | IOException e) {
                throw new AssertionError("PHP said: " + Files.readString(folder.resolve("php.txt")), e);
            } finally {
                php.descendants().forEach(ProcessHandle::destroy); // its workers outlive it
                php.destroy();
            }
            assertThat(engine.value("SELECT COUNT(*) FROM wordpress.wp_posts WHERE post_status = 'publish'"
                            + " AND post_title LIKE 'Post %'"))
                    .isEqualTo(String.valueOf(POSTS - 1));
            ProxyMetrics.Counters counters = follower.proxy.metrics().counters();
            assertThat(counters.localStatements()).isGreaterThan(counters.leaderStatements());
        }
    }

    /** Code from the package, where PHP finds a configuration of our own beside it. */
    private static Path site(Path site, int mysqlPort) throws IOException {
        Files.createDirectories(site.resolve("wp-content"));
        for (String whole : List.of("wp-includes", "wp-content/plugins", "wp-content/languages")) {
            if (Files.exists(PACKAGED.resolve(whole))) {
                Files.createSymbolicLink(site.resolve(whole), PACKAGED.resolve(whole));
            }
        }
        copy(PACKAGED.resolve("wp-admin"), site.resolve("wp-admin"));
        Path theme = Files.createDirectories(
                site.resolve("wp-content/themes/plain")); // those of WordPress are packages of their own
        Files.writeString(theme.resolve("style.css"), "/* Theme Name: Plain */");
        Files.writeString(theme.resolve("index.php"), """
                <?php
                bloginfo('name');
                while (have_posts()) {
                    the_post();
                    the_title('<h1>', '</h1>');
                    the_content();
                    foreach (get_comments(['post_id' => get_the_ID()]) as $comment) {
                        echo esc_html($comment->comment_content);
                    }
                }
                """);
        try (Stream<Path> files = Files.list(PACKAGED)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".php"))
                    .filter(path -> !path.endsWith("wp-config.php"))
                    .toList()) {
                Files.copy(file, site.resolve(file.getFileName()));
            }
        }
        Files.writeString(site.resolve("wp-config.php"), """
                <?php
                define('DB_NAME', 'wordpress');
                define('DB_USER', '%s');
                define('DB_PASSWORD', '%s');
                define('DB_HOST', '127.0.0.1:%d');
                define('DB_CHARSET', 'utf8mb4');
                define('DB_COLLATE', '');
                define('AUTH_KEY', 'one'); define('SECURE_AUTH_KEY', 'two'); define('LOGGED_IN_KEY', 'three');
                define('NONCE_KEY', 'four'); define('AUTH_SALT', 'five'); define('SECURE_AUTH_SALT', 'six');
                define('LOGGED_IN_SALT', 'seven'); define('NONCE_SALT', 'eight');
                define('WP_DEFAULT_THEME', 'plain');
                define('WP_HTTP_BLOCK_EXTERNAL', true);
                define('DISABLE_WP_CRON', true);
                define('WP_DEBUG', false);
                $table_prefix = 'wp_';
                if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
                require_once ABSPATH . 'wp-settings.php';
                """.formatted(
                        ProxyEngine.CLIENT.user(),
                        ProxyEngine.CLIENT.password().replace("\\", "\\\\").replace("'", "\\'"),
                        mysqlPort));
        return site;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private Process serve(Path site, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "php", "-d", "mysqli.default_socket=", "-S", "127.0.0.1:" + webPort, "-t", site.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PHP_CLI_SERVER_WORKERS", "3");
        Process php = builder.start();
        Poll.until("PHP serves", Duration.ofSeconds(60), () -> get("/wp-admin/install.php")
                .contains("WordPress"));
        return php;
    }

    private void use() throws IOException, InterruptedException {
        assertThat(form(
                        "/wp-admin/install.php?step=2",
                        Map.of(
                                "weblog_title", "Grüße",
                                "user_name", "admin",
                                "admin_password", PASSWORD,
                                "admin_password2", PASSWORD,
                                "admin_email", "admin@example.org",
                                "blog_public", "0",
                                "language", "")))
                .contains("Success!");
        get("/wp-login.php");
        assertThat(form("/wp-login.php", Map.of("log", "admin", "pwd", PASSWORD, "testcookie", "1")))
                .contains("Dashboard");
        String nonce = get("/wp-admin/admin-ajax.php?action=rest-nonce").strip();
        assertThat(nonce).matches("[0-9a-f]{10}");
        int id = 0;
        for (int i = 0; i < POSTS; i++) {
            id = rest(
                            nonce,
                            "/wp/v2/posts",
                            Map.of("title", "Post " + i, "content", "It's post №" + i + " \\ 🐬", "status", "publish"))
                    .path("id")
                    .asInt();
            assertThat(get("/?p=" + id)).contains("Post " + i).contains("№" + i + " \\ 🐬");
            assertThat(get("/")).contains("Post " + i);
        }
        assertThat(form(
                        "/wp-comments-post.php",
                        Map.of(
                                "comment",
                                "A comment, at once",
                                "comment_post_ID",
                                String.valueOf(id),
                                "comment_parent",
                                "0")))
                .contains("A comment, at once");
        rest(nonce, "/wp/v2/posts/" + id, Map.of("title", "Post changed"));
        assertThat(get("/?p=" + id)).contains("Post changed").contains("A comment, at once");
        assertThat(get("/?s=changed")).contains("Post changed");
        rest(nonce, "/wp/v2/settings", Map.of("title", "Another title"));
        assertThat(get("/")).contains("Another title");
        rest(nonce, "/wp/v2/posts/" + id + "&force=true&_method=DELETE", Map.of());
        assertThat(get("/?p=" + id)).doesNotContain("Post changed");
        assertThat(get("/wp-admin/edit.php")).contains("Post 0");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + webPort + path);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s: %s", response.uri(), response.body())
                .isLessThan(500);
        return response.body();
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private String form(String path, Map<String, String> fields) throws IOException, InterruptedException {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode rest(String nonce, String route, Map<String, String> fields)
            throws IOException, InterruptedException {
        JsonNode answer = json.readTree(send(HttpRequest.newBuilder(uri("/index.php?rest_route=" + route))
                .header("Content-Type", "application/json")
                .header("X-WP-Nonce", nonce)
                .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(new HashMap<>(fields))))));
        assertThat(answer.has("code")).as("%s", answer).isFalse();
        return answer;
    }
}
