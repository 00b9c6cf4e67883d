package dev.leash.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of the control socket: JSON objects of texts, numbers, truth values, null, and arrays of texts. */
final class ControlJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ControlJson() {}

    /** One line, with its end. */
    static byte[] line(Map<String, ?> object) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, ?> field : object.entrySet()) {
                json.writeFieldName(field.getKey());
                write(json, field.getValue());
            }
            json.writeEndObject();
        }
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean truth -> json.writeBoolean(truth);
            case Double number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.longValue());
            case List<?> list -> {
                json.writeStartArray();
                for (Object each : list) {
                    json.writeString(String.valueOf(each));
                }
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }

    /** @throws IOException if {@code text} is no such object */
    static Map<String, @Nullable Object> parse(byte[] text) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                object.put(name, value(json, json.nextToken()));
            }
        }
        return object;
    }

    private static @Nullable Object value(JsonParser json, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_STRING -> json.getText();
            case START_ARRAY -> {
                List<String> list = new ArrayList<>();
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    list.add(json.getText());
                }
                if (json.currentToken() != JsonToken.END_ARRAY) {
                    throw new IOException("an array has something that is no text");
                }
                yield list;
            }
            default -> throw new IOException("it has an object within the object");
        };
    }
}
