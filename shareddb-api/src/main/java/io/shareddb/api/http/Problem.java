package io.shareddb.api.http;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An error as HTTP tells it.
 *
 * @param type a name that programs can rely on, for example {@code urn:shareddb:not-found}
 * @param title the same for people
 * @param status the HTTP status
 * @param detail what was tried, found and needed
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record Problem(
        @JsonProperty("type") String type,
        @JsonProperty("title") String title,
        @JsonProperty("status") int status,
        @JsonProperty("detail") String detail) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem notFound(String path) {
        return new Problem("urn:shareddb:not-found", "Not found", 404, "there is nothing at " + path);
    }

    public static Problem methodNotAllowed(String method, String path) {
        return new Problem(
                "urn:shareddb:method-not-allowed", "Method not allowed", 405, path + " does not take " + method);
    }

    public static Problem forbidden(String detail) {
        return new Problem("urn:shareddb:forbidden", "Forbidden", 403, detail);
    }

    public static Problem badRequest(String detail) {
        return new Problem("urn:shareddb:bad-request", "Bad request", 400, detail);
    }

    public static Problem conflict(String detail) {
        return new Problem("urn:shareddb:conflict", "Conflict", 409, detail);
    }

    public static Problem tooLarge(String detail) {
        return new Problem("urn:shareddb:too-large", "Too large", 413, detail);
    }

    public static Problem busy(String detail) {
        return new Problem("urn:shareddb:busy", "Busy", 503, detail);
    }

    public static Problem unavailable(String detail) {
        return new Problem("urn:shareddb:unavailable", "Not available now", 503, detail);
    }

    public static Problem internal(String detail) {
        return new Problem("urn:shareddb:internal", "Internal error", 500, detail);
    }
}
