package io.sluice.ingest.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces references to environment variables and to secret files: a dollar sign and a name in braces; two signs stand for one. */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$?\\$\\{([^}]*)}?");
    private static final Pattern ENV = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?", Pattern.DOTALL);
    private static final long MAX_FILE_BYTES = 64 * 1024;

    private final Map<String, String> env;

    Placeholders(Map<String, String> env) {
        this.env = env;
    }

    /** Whether part of the text is to be replaced. */
    static boolean in(String text) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (!matcher.group().startsWith("$$")) {
                return true;
            }
        }
        return false;
    }

    String replace(String text) throws Refused {
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            String value = matcher.group().startsWith("$$") ? matcher.group().substring(1) : value(matcher);
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(out).toString();
    }

    private String value(Matcher placeholder) throws Refused {
        String inside = placeholder.group(1);
        Matcher variable = ENV.matcher(inside);
        if (!placeholder.group().endsWith("}")) {
            throw new Refused("${ without }");
        }
        if (variable.matches()) {
            String value = env.get(variable.group(1));
            if ((value == null || value.isEmpty()) && variable.group(2) != null) {
                return variable.group(3);
            }
            if (value == null) {
                throw new Refused("environment variable " + variable.group(1) + " is not set");
            }
            return value;
        }
        if (inside.startsWith("file:")) {
            return secretFile(inside.substring("file:".length()));
        }
        throw new Refused("unknown placeholder; allowed ${env:NAME}, ${env:NAME:-default}, ${file:/path}");
    }

    private static String secretFile(String name) throws Refused {
        String shown = "secret file " + Problems.quote(name);
        try {
            Path path = Path.of(name);
            if (!path.isAbsolute()) {
                throw new Refused(shown + " is not an absolute path");
            }
            if (!Files.isRegularFile(path)) {
                throw new Refused(shown + (Files.exists(path) ? " is not a regular file" : " does not exist"));
            }
            if (!Files.isReadable(path)) {
                throw new Refused(shown + " cannot be read by this user");
            }
            refuseIfWorldReadable(path, shown);
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw new Refused(shown + " is larger than 64 KiB");
            }
            return content(path, shown);
        } catch (IOException | InvalidPathException e) {
            throw new Refused(shown + " cannot be read");
        }
    }

    private static void refuseIfWorldReadable(Path path, String shown) throws IOException, Refused {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
            throw new Refused(shown + " is readable by everybody; allowed mode 0400 or 0440");
        }
    }

    private static String content(Path path, String shown) throws IOException, Refused {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refused(shown + " is not UTF-8");
        }
        String trimmed = text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (trimmed.isBlank()) {
            throw new Refused(shown + " is empty");
        }
        return trimmed;
    }
}
