package io.sluice.ingest.stream;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a processor is found.
 *
 * @param lookup whether the name stands for every address it has, looked up again while running
 * @param host name or address; an IPv6 address without brackets
 */
record TargetUri(boolean lookup, String host, int port) {
    /**
     * Reads {@code static://host:port}, {@code dns:///host:port} or {@code dns://host:port}.
     *
     * @throws IllegalArgumentException with one line that says what is allowed
     */
    static TargetUri parse(String text) {
        boolean dns = text.startsWith("dns://");
        if (!dns && !text.startsWith("static://")) {
            throw invalid(text);
        }
        String rest = text.substring(text.indexOf("://") + 3);
        if (dns && rest.startsWith("/")) {
            rest = rest.substring(1);
        }
        try {
            URI uri = new URI("target://" + rest);
            boolean bare = uri.getHost() != null
                    && uri.getPort() >= 1
                    && uri.getPort() <= 65535
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (!bare) {
                throw invalid(text);
            }
            String host = uri.getHost();
            return new TargetUri(
                    dns, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
        } catch (URISyntaxException e) {
            throw invalid(text);
        }
    }

    /** Such as {@code triage:9000} or {@code [::1]:9000}. */
    String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("processor target \"" + Text.clean(text, 200)
                + "\" is not understood; allowed are static://host:port and dns:///host:port, port 1 to 65535");
    }
}
