package io.shareddb.api.http;

/** A server cannot listen; the message names the address and the reason. */
public final class HttpBindException extends RuntimeException {
    public HttpBindException(String message, Throwable cause) {
        super(message, cause);
    }
}
