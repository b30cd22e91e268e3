package dev.skein.compiler.frontend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.skein.hls.number.BlockFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parses the JSON header of a safetensors file, token by token, so that errors have offsets. */
final class SafetensorsHeader {
    private static final int LENGTH_BYTES = 8;
    private static final String METADATA = "__metadata__";
    private static final String NOT_JSON = "the header is one JSON object";

    final Map<String, String> metadata = new LinkedHashMap<>();
    final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private final ByteCursor in;
    private final ReaderLimits limits;
    private final String text;
    private final long dataOffset;
    private final long dataBytes;
    private JsonParser json;

    SafetensorsHeader(MappedFile file, ReaderLimits limits) {
        this.limits = limits;
        in = new ByteCursor(file, 0);
        text = readText();
        dataOffset = in.position();
        dataBytes = in.remaining();
        JsonFactory factory = JsonFactory.builder().streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(limits.jsonDepth())
                        .maxNameLength(limits.keyBytes())
                        .maxStringLength(limits.stringBytes()).build()).build();
        try (JsonParser parser = factory.createParser(text)) {
            json = parser;
            readTop();
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
            throw in.bad(byteOffset(at), "header", e.getOriginalMessage(), NOT_JSON,
                    ByteCursor.FETCH_AGAIN);
        } catch (IOException e) {
            throw new IllegalStateException("a string is read without input and output", e);
        }
        requireNoHoles();
    }

    private String readText() {
        long length = in.i64("header length");
        if (length < 2 || length > limits.headerBytes() || length > in.remaining()) {
            throw in.bad(0, "header length", Long.toUnsignedString(length), "it is 2 to "
                    + Math.min(limits.headerBytes(), in.remaining()) + " bytes here",
                    "check that this is a safetensors file and complete");
        }
        String header = in.utf8("header", length);
        if (header.charAt(0) != '{') {
            throw in.bad(LENGTH_BYTES, "header", header.substring(0, 1), "it begins with {",
                    "check that this is a safetensors file");
        }
        return header;
    }

    private void readTop() throws IOException {
        json.nextToken();
        Set<String> names = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!names.add(name)) {
                throw bad("header", name, "each name stands once");
            }
            if (tensors.size() >= limits.tensors()) {
                throw bad("header", "tensor " + name, "at most " + limits.tensors()
                        + " tensors are accepted");
            }
            if (name.isEmpty()) {
                throw bad("header", "an empty name", "tensors have names");
            }
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw bad(name.equals(METADATA) ? name : "tensor " + name, json.getText(),
                        "it is an object");
            }
            if (name.equals(METADATA)) {
                readMetadata();
            } else {
                readTensor(name);
            }
        }
        if (json.nextToken() != null) {
            throw bad("header", json.getText(), NOT_JSON + " and nothing else");
        }
    }

    private void readMetadata() throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw bad(METADATA + "." + key, json.getText(), "metadata values are strings");
            }
            if (metadata.putIfAbsent(key, json.getText()) != null) {
                throw bad(METADATA, key, "each name stands once");
            }
        }
    }

    private void readTensor(String name) throws IOException {
        long at = here();
        if (name.getBytes(StandardCharsets.UTF_8).length > limits.nameBytes()) {
            throw bad("header", name, "names have at most " + limits.nameBytes() + " bytes");
        }
        String field = "tensor " + name;
        BlockFormat format = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            boolean known = switch (key) {
                case "dtype" -> format == null;
                case "shape" -> shape == null;
                case "data_offsets" -> offsets == null;
                default -> false;
            };
            if (!known) {
                throw bad(field, key, "an entry has dtype, shape and data_offsets, once each");
            }
            json.nextToken();
            switch (key) {
                case "dtype" -> format = readDtype(field + " dtype");
                case "shape" -> shape = readLongs(field + " shape", limits.dimensions());
                default -> offsets = readLongs(field + " data_offsets", 2);
            }
        }
        if (format == null || shape == null || offsets == null) {
            String missing = format == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw in.bad(at, field, "no " + missing,
                    "an entry has dtype, shape and data_offsets", ByteCursor.CONVERT_AGAIN);
        }
        tensors.put(name, place(name, at, format, shape, offsets));
    }

    private BlockFormat readDtype(String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(field, json.getText(), "it is a string");
        }
        String dtype = json.getText();
        Optional<BlockFormat> format = BlockFormat.ofName(dtype)
                .filter(row -> row.name().equals(dtype) && row.kind() != BlockFormat.Kind.BLOCK);
        if (format.isEmpty()) {
            throw bad(field, dtype, "Skein knows F64, F32, F16, BF16, F8_E4M3, F8_E5M2, BOOL and"
                    + " the integers I8 to U64");
        }
        return format.get();
    }

    private long[] readLongs(String field, int most) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad(field, json.getText(), "it is an array of integers");
        }
        long[] values = new long[most];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    || json.getLongValue() < 0) {
                throw bad(field, json.getText(), "its elements are integers from 0 to 2^63 - 1");
            }
            if (count == most) {
                throw bad(field, "more than " + most + " elements", "it has at most " + most);
            }
            values[count++] = json.getLongValue();
        }
        return Arrays.copyOf(values, count);
    }

    private TensorInfo place(String name, long at, BlockFormat format, long[] shape,
            long[] offsets) {
        String field = "tensor " + name;
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
            throw in.bad(at, field + " data_offsets", Arrays.toString(offsets),
                    "they are begin <= end <= " + dataBytes + ", the bytes of the data section",
                    ByteCursor.FETCH_AGAIN);
        }
        long elements = 1;
        for (long extent : shape) {
            if (extent != 0 && elements > Long.MAX_VALUE / format.blockBytes() / extent) {
                throw in.bad(at, field + " shape", Arrays.toString(shape),
                        "its bytes must fit in 63 bits", ByteCursor.CONVERT_AGAIN);
            }
            elements *= extent;
        }
        long bytes = elements * format.blockBytes();
        if (bytes != offsets[1] - offsets[0]) {
            throw in.bad(at, field + " data_offsets", Arrays.toString(offsets),
                    format + Arrays.toString(shape) + " takes " + bytes + " bytes",
                    ByteCursor.CONVERT_AGAIN);
        }
        return new TensorInfo(name, format, shape, dataOffset + offsets[0], bytes);
    }

    /** The format wants the data section covered exactly: no byte unused, none used twice. */
    private void requireNoHoles() {
        TensorData.refuseOverlaps(in.file(), tensors.values());
        long covered = dataOffset;
        for (TensorInfo info : TensorData.inOrder(tensors.values())) {
            if (info.offset() > covered) {
                throw in.bad(covered, "tensor " + info.name() + " data_offsets",
                        (info.offset() - covered) + " bytes before it that belong to no tensor",
                        "there are no holes", ByteCursor.CONVERT_AGAIN);
            }
            covered = Math.max(covered, info.offset() + info.bytes());
        }
        if (covered < dataOffset + dataBytes) {
            throw in.bad(covered, "data", (dataOffset + dataBytes - covered)
                    + " bytes after the last tensor", "the file ends with its last tensor",
                    ByteCursor.FETCH_AGAIN);
        }
    }

    private long here() {
        return byteOffset(json.currentTokenLocation().getCharOffset());
    }

    private FormatException bad(String field, Object found, String rule) {
        return in.bad(here(), field, found, rule, ByteCursor.CONVERT_AGAIN);
    }

    /** Bytes from the start of the file to a character of the header. */
    private long byteOffset(long charOffset) {
        int end = Math.clamp(charOffset, 0, text.length());
        return LENGTH_BYTES + text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }
}
