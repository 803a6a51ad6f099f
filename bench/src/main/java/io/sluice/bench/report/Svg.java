package io.sluice.bench.report;

import java.util.Locale;

/** A picture that is being drawn: light background, text in the reader's own sans-serif. For one thread. */
final class Svg {
    static final String INK = "#1f2933";
    static final String FAINT = "#dde3ea";
    private static final String FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

    private final StringBuilder text = new StringBuilder();

    Svg(int width, int height, String title) {
        text.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="%s" font-size="13">
                <title>%s</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(width, height, width, height, FONT, escaped(title)));
        label(16, 26, "start", title, "font-size=\"15\" font-weight=\"600\"");
    }

    /** Text; {@code anchor} is start, middle or end. */
    void label(double x, double y, String anchor, String words) {
        label(x, y, anchor, words, "");
    }

    void label(double x, double y, String anchor, String words, String more) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" %s>%s</text>"
                .formatted(x, y, anchor, INK, more, escaped(words)));
    }

    void line(double x1, double y1, double x2, double y2, String colour, double width) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>"
                .formatted(x1, y1, x2, y2, colour, width));
    }

    void box(double x, double y, double width, double height, String colour) {
        add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>"
                .formatted(x, y, width, height, colour));
    }

    void dot(double x, double y, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>".formatted(x, y, colour));
    }

    /** A line from point to point; {@code points} as {@code x,y x,y}. */
    void path(String points, String colour) {
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>".formatted(points, colour));
    }

    private void add(String element) {
        text.append(element).append('\n');
    }

    static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A number as one reads it: 1.24 M, 318 k, 0.43. */
    static String number(double value) {
        if (value >= 999_500) {
            return digits(value / 1e6) + " M";
        }
        return value >= 999.5 ? digits(value / 1e3) + " k" : digits(value);
    }

    private static String digits(double value) {
        int decimals = value == Math.rint(value) || value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.0995 ? 2 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    @Override
    public String toString() {
        return text + "</svg>\n";
    }
}
