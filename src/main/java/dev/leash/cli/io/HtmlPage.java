package dev.leash.cli.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A page of HTML that is all in one file: a template, which has places for JSON data that its script draws. It is written
 * from its start to its end, so that the data may have any size. For one thread.
 */
public final class HtmlPage {
    private final OutputStream file;
    private String rest;

    /**
     * Writes nothing yet.
     *
     * @param beside a class in whose package the template is
     */
    public HtmlPage(OutputStream file, Class<?> beside, String template) throws IOException {
        this.file = file;
        try (InputStream text = beside.getResourceAsStream(template)) {
            if (text == null) {
                throw new IllegalStateException(template + " is missing");
            }
            rest = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Writes the template up to a place, which is left out. What comes next is to be written with {@link #json}.
     *
     * @param place text that the template has, after the one before
     */
    public void until(String place) throws IOException {
        int at = rest.indexOf(place);
        if (at < 0) {
            throw new IllegalStateException(place + " is missing");
        }
        file.write(rest.substring(0, at).getBytes(StandardCharsets.UTF_8));
        rest = rest.substring(at + place.length());
    }

    /** For data at a place within a script element. To be closed before anything else is written; the file stays open. */
    public JsonGenerator json() throws IOException {
        JsonGenerator json = new JsonFactory()
                .createGenerator(file)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        return json.setCharacterEscapes(new WithinScript());
    }

    /** Writes the rest of the template. */
    public void finish() throws IOException {
        file.write(rest.getBytes(StandardCharsets.UTF_8));
        rest = "";
        file.flush();
    }

    /** Escapes characters so that no text in the data can end the script element or begin a comment in it. */
    private static final class WithinScript extends CharacterEscapes {
        private static final long serialVersionUID = 1;

        private final int[] escapes = standardAsciiEscapesForJSON();

        WithinScript() {
            escapes['<'] = ESCAPE_CUSTOM;
            escapes['>'] = ESCAPE_CUSTOM;
            escapes['&'] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return new SerializedString(String.format("\\u%04x", c));
        }
    }
}
