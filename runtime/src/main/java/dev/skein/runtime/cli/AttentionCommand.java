package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyText;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.PreparedModel;
import dev.skein.runtime.Provenance;
import dev.skein.runtime.attention.AttentionSweep;
import dev.skein.runtime.attention.AttentionSweep.Row;
import dev.skein.runtime.attention.Budget;
import dev.skein.runtime.attention.PageTouches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein attention}: what sparse attention costs in accuracy and what it reads. */
@Command(name = "attention", mixinStandardHelpOptions = true,
        header = "Perplexity under sparse attention, and the pages of a drive it touches.",
        description = {"Perplexity of a text with a binary16 cache on the reference, for SparF,"
            + " H2O, Keyformer, StreamingLLM and a window at equal budgets, or for policies by"
            + " name.",
            "Compression 1/n: at a full context 1/n of the elements that dense attention moves."
            + " SparF has r = d/n and k = context/2n, the others k = context/n; half of the tokens"
            + " are local. Shorter sequences are compressed less: the shares are measured."},
        footer = {"", "JSON: model, weights, context, stride, sha256 (model files, text), tokens"
            + " (scored), rows[].{policy, perplexity, tokenShare (tokens attended to over cached"
            + " ones), elementShare (elements moved over those of dense attention, as SparQ counts"
            + " them), pages[].{groupTokens, pageChannels, spanTokens, real and uniform.{"
            + "channelPages, tokenPages, ofDense (shares of pages touched, where tokens are left"
            + " out), meanRunTokens (neighbours among chosen tokens that are not local)}}}."})
public final class AttentionCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "GGUF or HDF5 file, Hugging Face folder, or"
            + " bundled model.")
    private String model;

    @Option(names = "--text", paramLabel = "FILE", required = true,
            description = "UTF-8 text, documents parted by <|endoftext|> lines.")
    private Path text;

    @Option(names = "--compression", paramLabel = "N", split = ",", defaultValue = "1,2,4,8",
            description = "Compressions 1/N, parted by commas (default: ${DEFAULT-VALUE}).")
    private List<Integer> compressions;

    @Option(names = "--kinds", paramLabel = "KIND", split = ",",
            description = "Kinds to compare: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Budget> kinds = Budget.ALL;

    @Option(names = "--attention", paramLabel = "POLICY", converter = PolicyOptions.Converter.class,
            description = "This policy in place of --compression, may be repeated: "
                    + PolicyText.FORMS + ".")
    private List<AttentionPolicy> policies = List.of();

    @Option(names = "--context", paramLabel = "N", description = "Most tokens of a sequence"
            + " (default: what the model allows, at most 4096).")
    private Integer context;

    @Option(names = "--stride", paramLabel = "TOKENS",
            description = "By how much the window moves in documents longer than the context"
                    + " (default: half of the context).")
    private Integer stride;

    @Option(names = "--tokens", paramLabel = "N",
            description = "Score so many tokens, from the first document on (default: all).")
    private Integer tokens;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format (default: as the model is, else f32).")
    private String weights;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the table.")
    private Path csv;

    @Mixin
    private CompressionOptions compression;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public AttentionCommand() {}

    @Override
    public Integer call() throws Exception {
        if (tokens != null && tokens < 1) {
            throw new IllegalArgumentException("--tokens is " + tokens + ", allowed: 1 or more");
        }
        Path path = Path.of(BundledModel.resolve(model));
        List<String> documents = Perplexity.documents(Files.readString(text));
        try (Model opened = Model.open(path.toString())) {
            PreparedModel prepared = PreparedModel.of(AttentionSparsity.without(opened),
                    Optional.ofNullable(weights),
                    context == null ? OptionalInt.empty() : OptionalInt.of(context),
                    compression.compression(), line -> console.detail("%s", line));
            int step = stride != null ? stride : Math.max(1, prepared.context() / 2);
            var sweep = new AttentionSweep(prepared, ids(opened, documents), step);
            var hashes = new TreeMap<>(new Provenance(opened).hash(path).hash(text).fields());
            hashes.remove("model");
            ObjectNode json = Console.newObject();
            json.put("model", prepared.name()).put("weights", prepared.scheme());
            json.put("context", prepared.context()).put("stride", step);
            json.put("tokens", sweep.tokens());
            hashes.forEach(json::put);
            console.result("%s, %s, context %,d, stride %,d, binary16 cache, %,d tokens of %s",
                    prepared.name(), prepared.scheme(), prepared.context(), step, sweep.tokens(),
                    text.getFileName());
            hashes.forEach((name, hash) -> console.result("%s %s", name, hash));
            rows(sweep, json);
            console.object(json);
        }
        return 0;
    }

    private List<int[]> ids(Model opened, List<String> documents) {
        Tokenizer tokenizer = opened.header().tokenizer().orElseThrow(() ->
                new IllegalArgumentException("model " + opened.config().name()
                        + " has no tokenizer"));
        List<int[]> ids = new ArrayList<>();
        int left = tokens == null ? Integer.MAX_VALUE : tokens;
        for (String document : documents) {
            int[] all = Perplexity.withBos(tokenizer, document);
            int[] some = Arrays.copyOf(all, (int) Math.min(all.length, left + 1L));
            if (some.length > 1) {
                ids.add(some);
                left -= some.length - 1;
            }
        }
        return ids;
    }

    private void rows(AttentionSweep sweep, ObjectNode json) throws Exception {
        List<AttentionPolicy> wanted = policies;
        if (wanted.isEmpty()) {
            wanted = compressions.stream().flatMap(n -> sweep.policies(kinds, n).stream()).toList();
        }
        List<Row> rows = new ArrayList<>();
        try (var progress = console.progress("tokens", sweep.tokens() * wanted.size())) {
            for (AttentionPolicy policy : wanted) {
                int before = Math.toIntExact(sweep.tokens() * rows.size());
                rows.add(sweep.run(policy, done -> progress.to(before + done)));
            }
        }
        console.result("%-34s %10s %10s %10s", "attention", "perplexity", "tokens, %",
                "elements, %");
        ArrayNode array = json.putArray("rows");
        for (Row row : rows) {
            console.result("%-34s %10.4f %10.1f %10.1f", row.policy(), row.perplexity(),
                    100 * row.tokenShare(), 100 * row.elementShare());
            put(array.addObject(), row);
        }
        if (rows.stream().anyMatch(row -> !row.touches().isEmpty())) {
            pages(rows);
        }
        if (csv != null) {
            Files.writeString(csv, csv(rows));
        }
    }

    private void pages(List<Row> rows) {
        console.result("");
        console.result("pages touched, %% (channel-indexed, token-indexed, reads of dense), mean"
                + " run of chosen tokens; groups of %d tokens", AttentionSweep.GROUP_TOKENS);
        console.result("%-34s %8s %26s %26s", "attention", "entries", "scores of the model",
                "uniformly random");
        for (Row row : rows) {
            for (PageTouches t : row.touches()) {
                if (t.isEmpty()) {
                    continue;
                }
                console.result("%-34s %8d %26s %26s", row.policy(), t.pages().pageChannels(),
                        shares(t.real()), shares(t.uniform()));
            }
        }
    }

    private static String shares(PageTouches.Shares s) {
        return "%.1f %5.1f %5.1f %5.2f".formatted(100 * s.channelPages(), 100 * s.tokenPages(),
                100 * s.ofDense(), s.meanRunTokens());
    }

    private static void put(ObjectNode out, Row row) {
        out.put("policy", row.policy().toString());
        out.put("perplexity", row.perplexity());
        out.put("tokenShare", row.tokenShare());
        out.put("elementShare", row.elementShare());
        ArrayNode pages = out.putArray("pages");
        for (PageTouches t : row.touches()) {
            if (!t.isEmpty()) {
                ObjectNode page = pages.addObject();
                page.put("groupTokens", t.pages().groupTokens());
                page.put("pageChannels", t.pages().pageChannels());
                page.put("spanTokens", t.pages().spanTokens());
                put(page.putObject("real"), t.real());
                put(page.putObject("uniform"), t.uniform());
            }
        }
    }

    private static void put(ObjectNode out, PageTouches.Shares s) {
        out.put("channelPages", s.channelPages());
        out.put("tokenPages", s.tokenPages());
        out.put("ofDense", s.ofDense());
        out.put("meanRunTokens", s.meanRunTokens());
    }

    private static String csv(List<Row> rows) {
        var out = new StringBuilder("attention,perplexity,token_share,element_share\n");
        rows.forEach(r -> out.append('"').append(r.policy()).append("\",").append(r.perplexity())
                .append(',').append(r.tokenShare()).append(',').append(r.elementShare())
                .append('\n'));
        return out.toString();
    }
}
