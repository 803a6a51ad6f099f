package io.sluice.ingest.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Host and port, with or without a scheme in front; read as text. */
record Address(List<String> schemes, String allowed, int minPort) implements Type {
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST_PORT =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]+])" + ":([0-9]{1,5})");

    @Override
    public Object read(String text) throws Refused {
        String scheme = "";
        for (String s : schemes) {
            // Longest first: dns:/// before dns://
            scheme = scheme.isEmpty() && text.startsWith(s) ? s : scheme;
        }
        if (scheme.isEmpty() && !schemes.isEmpty()) {
            throw new Refused("not a target");
        }
        Matcher matcher = HOST_PORT.matcher(text.substring(scheme.length()));
        if (!matcher.matches()) {
            throw new Refused("not host:port");
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port < minPort || port > MAX_PORT) {
            throw new Refused("port out of range");
        }
        return scheme.equals("dns://") ? "dns:///" + text.substring(scheme.length()) : text;
    }

    @Override
    public Map<String, Object> schema() {
        String scheme = schemes.isEmpty() ? "" : "(?:" + String.join("|", schemes) + ")";
        return Types.ordered("type", "string", "pattern", "^" + scheme + "[A-Za-z0-9._:\\[\\]-]+:[0-9]{1,5}$");
    }

    @Override
    public boolean takesNumbers() {
        return false;
    }
}
