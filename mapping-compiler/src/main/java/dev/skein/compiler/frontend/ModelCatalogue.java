package dev.skein.compiler.frontend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Published models known by their shape alone, for questions that need no weights. The data is the
 * resource {@code catalogue.json}: to add a model, add its {@code config.json} there.
 */
public final class ModelCatalogue {

    private static final String RESOURCE = "catalogue.json";
    private static final int SUGGESTIONS = 3;

    private static final Map<String, Entry> ENTRIES = load();

    /**
     * A model of the catalogue.
     *
     * @param config its shape
     * @param source where the shape is from: a repository on Hugging Face
     * @param publishedParameters number of parameters of the weights there
     */
    public record Entry(ModelConfig config, String source, long publishedParameters) {
    }

    private ModelCatalogue() {
    }

    /** The names, by family and size. */
    public static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /** The entry of a name; case, hyphens and underscores do not matter. */
    public static Optional<Entry> find(String name) {
        return ENTRIES.entrySet().stream()
                .filter(entry -> plain(entry.getKey()).equals(plain(name)))
                .map(Map.Entry::getValue).findFirst();
    }

    /**
     * The shape of a model.
     *
     * @throws IllegalArgumentException if there is none of this name; the message, one sentence,
     *     lists the closest ones
     */
    public static ModelConfig config(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no model is called \""
                + name + "\"; the closest names are " + String.join(", ", closest(name))
                + " (there are " + ENTRIES.size() + ")")).config();
    }

    private static List<String> closest(String name) {
        return ENTRIES.keySet().stream()
                .sorted(Comparator.comparingInt(other -> distance(plain(name), plain(other))))
                .limit(SUGGESTIONS).toList();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Edits that turn one name into the other (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static Map<String, Entry> load() {
        try (InputStream in = ModelCatalogue.class.getResourceAsStream(RESOURCE)) {
            JsonFields models = JsonFields.parse(RESOURCE, in.readAllBytes(),
                    ReaderLimits.DEFAULT).object("models");
            Map<String, Entry> entries = new LinkedHashMap<>();
            List<String> names = new ArrayList<>();
            models.fields().forEach(field -> names.add(field.getKey()));
            for (String name : names) {
                JsonFields model = models.object(name);
                entries.put(name, new Entry(HfConfig.parse(model.object("config"), name),
                        model.string("source"), (long) model.number("parameters")));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("the model catalogue is damaged", e);
        }
    }
}
