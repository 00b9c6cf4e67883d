package dev.leash.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** Reads exactly one JSON object, and a newline, into maps, lists and plain values. */
final class Json {
    private final JsonParser parser;

    private Json(JsonParser parser) {
        this.parser = parser;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(byte[] bytes) throws IOException {
        Assertions.assertEquals('\n', bytes[bytes.length - 1], "a newline at the end");
        try (JsonParser parser = new JsonFactory().createParser(bytes)) {
            parser.nextToken();
            Object value = new Json(parser).value();
            Assertions.assertNull(parser.nextToken(), "one object only");
            return (Map<String, Object>) value;
        }
    }

    private Object value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    Assertions.assertFalse(fields.containsKey(name), name + " is there twice");
                    fields.put(name, value());
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value());
                }
                yield items;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }
}
