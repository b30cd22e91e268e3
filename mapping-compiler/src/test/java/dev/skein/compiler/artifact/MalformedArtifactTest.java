package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.model.ModelHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts with right checksums that break one rule within, and the line each must give. */
class MalformedArtifactTest {
    private static final ArtifactContents TINY = ArtifactContents.of(Artifacts.tiny());
    private static final String PUBLISHED = "; use the file as it was published";
    private static final String COMPILE = "; compile the model again";
    private static final String WRITE = "; write the file again with skein";

    @TempDir
    private Path folder;

    private String refused(ArtifactContents contents) throws IOException {
        Path path = folder.resolve("a.h5");
        Files.deleteIfExists(path);
        contents.writeTo(Files.createFile(path));
        try (Arena arena = Arena.ofShared()) {
            String message = assertThrows(FormatException.class,
                    () -> ArtifactFile.read(path, arena)).getMessage();
            assertTrue(message.startsWith(path + ": ") || message.startsWith(path + "/"), message);
            return message.substring(path.toString().length());
        }
    }

    /** The message of a plan in which one text is another. */
    private String channels(String other) throws IOException {
        return plan("\"channels\" : [\n        8\n      ]", "\"channels\" : " + other);
    }

    private String plan(String text, String other) throws IOException {
        return refused(with(TINY, replaced(TINY.plan(), text, other)));
    }

    private static String replaced(String all, String text, String other) {
        assertTrue(all.contains(text), all);
        return all.replaceFirst(Pattern.quote(text),
                Matcher.quoteReplacement(other));
    }

    private static ArtifactContents with(ArtifactContents c, String plan) {
        return new ArtifactContents(c.version(), c.model(), c.weights(), c.programs(), plan,
                c.provenance());
    }

    private static ArtifactContents model(String name, String text) {
        var files = new TreeMap<>(TINY.model());
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return new ArtifactContents(TINY.version(), files, TINY.weights(), TINY.programs(),
                TINY.plan(), TINY.provenance());
    }

    private static ArtifactContents withoutConfig(ArtifactContents c) {
        var files = new TreeMap<>(c.model());
        files.remove("config.json");
        return new ArtifactContents(c.version(), files, c.weights(), c.programs(), c.plan(),
                c.provenance());
    }

    private static ArtifactContents weights(String name, int bytes) {
        var images = new LinkedHashMap<>(TINY.weights());
        images.put(name, MemorySegment.ofArray(new byte[bytes]));
        return new ArtifactContents(TINY.version(), TINY.model(), images, TINY.programs(),
                TINY.plan(), TINY.provenance());
    }

    private static ArtifactContents programs(Map<String, List<byte[]>> programs) {
        return new ArtifactContents(TINY.version(), TINY.model(), TINY.weights(), programs,
                TINY.plan(), TINY.provenance());
    }

    private static ArtifactContents stream(byte[] stream) {
        var programs = new LinkedHashMap<>(TINY.programs());
        programs.put("decode-8", List.of(stream));
        return programs(programs);
    }

    private static ArtifactContents provenance(String text) {
        return new ArtifactContents(TINY.version(), TINY.model(), TINY.weights(),
                TINY.programs(), TINY.plan(), text);
    }

    @Test
    void otherVersions() throws IOException {
        assertEquals(": skein_artifact_version: found 1, but this version of Skein reads 3"
                + COMPILE + " with this version", refused(new ArtifactContents(1, TINY.model(),
                        TINY.weights(), TINY.programs(), TINY.plan(), TINY.provenance())));
    }

    @Test
    void modelFiles() throws IOException {
        assertEquals("/model link: found notes.txt, but the files of a model are "
                + new TreeSet<>(ModelHeader.NAMES) + WRITE,
                withoutOffset(refused(model("notes.txt", "x"))));
        assertTrue(refused(model("config.json", "{")).startsWith("/model/config.json: offset "));
        assertTrue(refused(withoutConfig(model("metadata.gguf", "x")))
                .contains("/model/metadata.gguf: "));
        assertEquals("/model: offset 0: config.json: found none, but a model has config.json or"
                + " metadata.gguf; add the model's configuration", refused(
                        withoutConfig(model("tokenizer.json", "{}"))));
    }

    private static String withoutOffset(String message) {
        return message.replaceFirst("^: offset \\d+: ", "");
    }

    @Test
    void fieldsOfThePlan() throws IOException {
        assertTrue(plan("{", "[").matches("/plan: offset \\d+: JSON: found .*"));
        assertEquals("/plan: board: found nothing, but the field is required" + PUBLISHED,
                plan("\"board\" : \"u280\",", ""));
        assertEquals("/plan: fields: found bord, but the fields are name, board, weights, cores,"
                + " maxContext, buffers, memories, programs, regions" + COMPILE,
                plan("\"board\"", "\"bord\""));
        assertEquals("/plan: board: found ../u280, but board names match"
                + " [A-Za-z0-9][A-Za-z0-9_-]{0,63}(\\*[2-8])?" + COMPILE,
                plan("u280", "../u280"));
        assertEquals("/plan: cores: found 1, but it is a multiple of the cards of u280*2" + COMPILE,
                plan("u280", "u280*2"));
        assertEquals("/plan: weights: found w7, but weight format \"w7\": write w2, w3, w4, w5, w8"
                + " or mixed3.5, then g16 to g1024 for groups, then @8:16 (2, 4, 8, 12), @2:4 or a"
                + " density @0.5" + COMPILE,
                plan("w4g16", "w7"));
        assertEquals("/plan: weights: found W4, but it is a weight scheme as skein compile prints"
                + " it" + COMPILE, plan("w4g16", "W4"));
        assertEquals("/plan: name: found \\u001b[2J, but it is printable text of at most 1024"
                + " characters" + COMPILE, plan("\"tiny\"", "\"\\u001b[2J\""));
        assertEquals("/plan: maxContext: found 1048577, but it is an integer from 1 to 1048576"
                + PUBLISHED, plan("\"maxContext\" : 8", "\"maxContext\" : 1048577"));
        assertEquals("/plan: memories.HBM.channels: found [1025], but it has an integer from 0 to"
                + " 1024 for each of the 1 cores" + COMPILE, channels("[ 1025 ]"));
        assertEquals("/plan: memories.HBM.channels: found [8, 8], but it has an integer from 0 to"
                + " 1024 for each of the 1 cores" + COMPILE, channels("[ 8, 8 ]"));
        assertEquals("/plan: memories.HBM.channels: found [\"8\"], but it has an integer from 0"
                + " to 1024 for each of the 1 cores" + COMPILE, channels("[ \"8\" ]"));
        assertEquals("/plan: buffers.wgtBytes: found -1, but it is an integer from 0 to 2147483647"
                + PUBLISHED, plan("\"wgtBytes\" : 256", "\"wgtBytes\" : -1"));
    }

    @Test
    void programsOfThePlan() throws IOException {
        assertEquals("/plan: programs[1].maxTokens: found 2, but it is an integer from 1 to 1"
                + PUBLISHED, plan("\"maxTokens\" : 1", "\"maxTokens\" : 2"));
        assertEquals("/plan: programs[0].phase: found train, but it is one of prefill, decode"
                + COMPILE, plan("\"prefill\"", "\"train\""));
        assertEquals("/plan: programs[0].firstContext: found 2, but it is an integer from 1 to 1"
                + PUBLISHED, plan("\"firstContext\" : 1", "\"firstContext\" : 2"));
        assertEquals("/plan: programs[0].lastContext: found 9, but it is an integer from 1 to 8"
                + PUBLISHED, plan("\"lastContext\" : 8", "\"lastContext\" : 9"));
        assertEquals("/plan: programs: found prefill programs for contexts up to 7, but they serve"
                + " all up to maxContext, 8" + COMPILE,
                plan("\"lastContext\" : 8", "\"lastContext\" : 7"));
        assertEquals("/plan: programs[1].phase: found prefill, but each context is served once, and"
                + " all are by the programs before" + COMPILE,
                served("prefill 1 8 4", "prefill 1 8 4", "decode 1 8 1"));
        assertEquals("/plan: programs[1].phase: found prefill, but prefill programs come before"
                + " those of decode" + COMPILE, served("decode 1 8 1", "prefill 1 8 4"));
        assertEquals("/plan: programs: found prefill-4 with maxTokens 3, but the longest has 5, so"
                + " this one has 4" + COMPILE,
                served("prefill 1 4 3", "prefill 5 8 5", "decode 1 8 1"));
        assertEquals("/plan: programs: found 4097 of them, but there are at most 4096" + COMPILE,
                served(Collections.nCopies(4097, "decode 1 8 1").toArray(new String[0])));
    }

    /** The message of a plan whose programs have these phases, contexts and tokens. */
    private String served(String... programs) throws IOException {
        String list = Stream.of(programs).map(p -> p.split(" ")).map(p -> """
                {"phase": "%s", "firstContext": %s, "lastContext": %s, "maxTokens": %s}
                """.formatted((Object[]) p)).collect(Collectors.joining(","));
        return refused(with(TINY, TINY.plan().replaceFirst("\"programs\" : \\[[^]]*\\]",
                "\"programs\" : [" + list + "]")));
    }

    @Test
    void regionsOfThePlan() throws IOException {
        assertEquals("/plan: regions[1].name: found weights0, but each name stands once" + COMPILE,
                plan("kv0", "weights0"));
        assertEquals("/plan: regions[1].kind: found CACHE, but it is one of WEIGHTS, PARAMS,"
                + " TABLES, KV, SCRATCH, INPUT, OUTPUT" + COMPILE, plan("\"KV\"", "\"CACHE\""));
        assertEquals("/plan: regions[1].core: found 1, but it is an integer from -1 to 0"
                + PUBLISHED, plan("\"core\" : 0,\n      \"base\" : 1",
                        "\"core\" : 1, \"base\" : 1"));
        assertEquals("/plan: regions[1].memory: found DDR, but region kv0: DDR of core 0; DDR is"
                + " shared, HBM and PARAM belong to a core" + COMPILE,
                plan("\"KV\",\n      \"memory\" : \"HBM\"",
                        "\"KV\", \"memory\" : \"DDR\""));
        assertEquals("/plan: regions[1].bytes: found 9223372036854775807, but it is an integer from"
                + " 0 to 1099511627744" + PUBLISHED,
                plan("\"bytes\" : 64", "\"bytes\" : 9223372036854775807"));
        assertEquals("/plan: regions[1].image: found \"kv\", but only weights, parameters and"
                + " tables have one" + COMPILE,
                plan("\"bytes\" : 64", "\"bytes\" : 64, \"image\" : \"kv\""));
        assertEquals("/plan: regions[0].image: found nothing, but the field is required"
                + PUBLISHED, plan(",\n      \"image\" : \"weights0\"", ""));
        assertEquals(": /programs/decode-8: found program decode, region weights0, field offset:"
                + " 0..32 overlaps region kv0 at 0..64; move one, but only verified programs run"
                + COMPILE, ordered(plan("\"offset\" : 512", "\"offset\" : 0")));
    }

    /** Either of two overlapping regions may be named first, in either program. */
    private static String ordered(String message) {
        return message.replace("prefill", "decode").replace("region kv0, field offset: 0..64"
                + " overlaps region weights0 at 0..32", "region weights0, field offset: 0..32"
                + " overlaps region kv0 at 0..64");
    }

    @Test
    void regionsForTheModel() throws IOException {
        assertEquals(": /plan maxContext: found 9, but the model has 8 positions" + COMPILE,
                refused(with(programs(Map.of(
                        "decode-9", TINY.programs().get("decode-8"),
                        "prefill-9", TINY.programs().get("prefill-8"))),
                        TINY.plan().replaceAll("Context\" : 8", "Context\" : 9"))));
        assertEquals(": /plan regions: found [output of 7 bytes], but there is one of kind OUTPUT"
                + " with at least 8 bytes" + COMPILE, plan("\"bytes\" : 8", "\"bytes\" : 7"));
        assertEquals(": /plan regions: found [input of 16 bytes], but there is one of kind INPUT"
                + " with at least 20 bytes" + COMPILE,
                plan("\"maxTokens\" : 4", "\"maxTokens\" : 5"));
        assertEquals(": /plan regions: found [], but there is one of kind INPUT with at least 16"
                + " bytes" + COMPILE, plan("\"INPUT\"", "\"KV\""));
    }

    @Test
    void images() throws IOException {
        assertEquals("/weights links: found [more, params, tables, weights0], but they are [params,"
                + " tables, weights0]" + WRITE, withoutOffset(refused(weights("more", 1))));
        assertEquals("/weights weights0: found 31 bytes, but region weights0 has 32" + WRITE,
                withoutOffset(refused(weights("weights0", 31))));
    }

    @Test
    void programs() throws IOException {
        var one = new LinkedHashMap<>(TINY.programs());
        one.remove("prefill-8");
        assertEquals("/programs links: found [decode-8], but they are [decode-8, prefill-8]"
                + WRITE,
                withoutOffset(refused(programs(one))));
        var two = new LinkedHashMap<>(TINY.programs());
        two.put("decode-8", List.of(two.get("decode-8").getFirst(),
                two.get("decode-8").getFirst()));
        assertEquals("/programs/decode-8 links: found 2 streams, but the plan has 1 cores" + WRITE,
                withoutOffset(refused(programs(two))));
        byte[] good = TINY.programs().get("decode-8").getFirst();
        byte[] unknown = good.clone();
        unknown[32] = (byte) 0xff;
        assertEquals(": /programs/decode-8/core0: found instruction 1 at byte 32, field code: 0x3f"
                + " is no instruction; see the table in docs/isa.md, but only verified programs"
                + " run" + COMPILE, refused(stream(unknown)));
        assertEquals(": /programs/decode-8: found program decode, core 0: 4 instructions without"
                + " END at the end; append END, but only verified programs run" + COMPILE,
                refused(stream(Arrays.copyOf(good, 4 * 32))));
    }

    @Test
    void provenance() throws IOException {
        assertEquals("/provenance: a: found 1, but it is a string" + PUBLISHED,
                refused(provenance("{\"a\": 1}")));
        assertEquals("/provenance: a: found \\u001b[2J, but names and values are printable and"
                + " have at most 4096 characters" + COMPILE,
                refused(provenance("{\"a\": \"\\u001b[2J\"}")));
    }

    @Test
    void whatCannotBeWritten() {
        Executable tiny = Artifacts.tiny();
        Path path = folder.resolve("a.h5");
        String message = assertThrows(IllegalArgumentException.class, () -> ArtifactFile.write(
                path, new Executable(tiny.header(), "my/board", tiny.weights(), tiny.programs(),
                        tiny.images(), tiny.stripes(), Map.of()))).getMessage();
        assertEquals("board \"my/board\" cannot stand in an artifact: names match"
                + " [A-Za-z0-9][A-Za-z0-9_-]{0,63}(\\*[2-8])?", message);
        assertThrows(IllegalArgumentException.class, () -> ArtifactFile.write(path,
                new Executable(tiny.header(), tiny.board(), tiny.weights(), tiny.programs(),
                        tiny.images(), tiny.stripes(), Map.of("a", "\n"))));
        assertTrue(Files.notExists(path));
    }

    @Test
    void whatIsNoFile() {
        try (Arena arena = Arena.ofShared()) {
            assertThrows(NoSuchFileException.class,
                    () -> ArtifactFile.read(folder.resolve("none"), arena));
            assertEquals(folder + ": file: found a folder or device, but a regular file is needed;"
                    + " name the artifact itself", assertThrows(FormatException.class,
                            () -> ArtifactFile.read(folder, arena)).getMessage());
        }
    }
}
