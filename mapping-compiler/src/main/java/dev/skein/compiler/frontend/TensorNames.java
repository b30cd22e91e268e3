package dev.skein.compiler.frontend;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds each {@link ModelTensor} of a model in the tensors of its file. */
public final class TensorNames {

    private static final String LAYER = "layer.";

    private final Map<String, WeightView> views = new LinkedHashMap<>();
    private final List<ModelTensor> tensors;

    private TensorNames(ModelConfig config, Naming naming, Collection<String> fileNames) {
        tensors = ModelTensor.of(config);
        String prefix = naming.prefixOf(fileNames);
        for (ModelTensor tensor : tensors) {
            views.put(tensor.name(), view(tensor, config, naming, prefix));
        }
    }

    /**
     * Names for a model in a kind of file.
     *
     * @param fileNames the names of the file's tensors; only to tell apart variants of a naming
     *     ({@code transformer.wte.weight} or {@code wte.weight}). May be empty
     * @throws IllegalArgumentException if this kind of file never holds this family
     */
    public static TensorNames of(ModelConfig config, Naming.Container container,
                                 Collection<String> fileNames) {
        return new TensorNames(config, Naming.of(config.family(), container), fileNames);
    }

    /** The model's tensors, from the embedding to the head. */
    public List<ModelTensor> tensors() {
        return tensors;
    }

    /**
     * Where a tensor lies.
     *
     * @throws IllegalArgumentException if the model has no tensor of this canonical name
     */
    public WeightView view(String canonicalName) {
        WeightView view = views.get(canonicalName);
        if (view == null) {
            throw new IllegalArgumentException("the model has no tensor " + canonicalName);
        }
        return view;
    }

    /**
     * What is wrong with a file's tensors, in one sentence: the first that is missing or has
     * another shape, and how many more. Tensors that the model does not use do not matter.
     *
     * @param fileShapes row-major shape of each tensor of the file
     */
    public Optional<String> problem(Map<String, long[]> fileShapes) {
        List<String> problems = tensors.stream()
                .map(tensor -> problem(tensor, fileShapes))
                .flatMap(Optional::stream).distinct().toList();
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        String more = switch (problems.size()) {
            case 1 -> "";
            case 2 -> " (and 1 more tensor)";
            default -> " (and " + (problems.size() - 1) + " more tensors)";
        };
        return Optional.of(problems.getFirst() + more);
    }

    private Optional<String> problem(ModelTensor tensor, Map<String, long[]> fileShapes) {
        WeightView view = views.get(tensor.name());
        long[] found = fileShapes.get(view.fileName());
        if (found == null) {
            return Optional.of("tensor " + view.fileName() + " (" + tensor.name()
                    + ") is missing");
        }
        List<Long> expected = fileShape(tensor, view);
        List<Long> actual = Arrays.stream(found).boxed().toList();
        return actual.equals(expected) ? Optional.empty()
                : Optional.of("tensor " + view.fileName() + " has shape " + text(actual)
                        + ", the model's configuration asks for " + text(expected));
    }

    /** The shape of the whole tensor in the file, of which the view may be a part. */
    private List<Long> fileShape(ModelTensor tensor, WeightView view) {
        long rows = views.values().stream().filter(v -> v.fileName().equals(view.fileName()))
                .mapToLong(v -> (long) v.rowStart() + v.rowCount()).max().orElseThrow();
        if (tensor.shape().size() == 1) {
            return List.of(rows);
        }
        long columns = tensor.shape().getLast();
        return view.transpose() ? List.of(columns, rows) : List.of(rows, columns);
    }

    private static String text(List<Long> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }

    private static WeightView view(ModelTensor tensor, ModelConfig config, Naming naming,
                                   String prefix) {
        String name = tensor.name();
        int rows = tensor.shape().getFirst();
        if (!name.startsWith(LAYER)) {
            int dot = name.indexOf('.');
            String part = dot < 0 ? name : name.substring(0, dot);
            String suffix = dot < 0 ? ".weight" : name.substring(dot);
            int start = config.positions() instanceof Positions.Learned learned
                    && part.equals("positions") ? learned.offset() : 0;
            String file = (part.equals("head") ? "" : prefix) + naming.part(part) + suffix;
            return new WeightView(file, false, start, rows);
        }
        String[] pieces = name.split("\\.");
        String part = pieces[2];
        String file = prefix + naming.layerPrefix() + pieces[1] + "." + naming.part(part) + "."
                + pieces[3];
        boolean matrix = tensor.shape().size() == 2;
        return new WeightView(file, matrix && naming.inputsFirst(),
                naming.fusedQkv() ? fusedStart(part, config.attention()) : 0, rows);
    }

    private static int fusedStart(String part, ModelConfig.Attention attention) {
        return switch (part) {
            case "k" -> attention.qWidth();
            case "v" -> Math.addExact(attention.qWidth(), attention.kvWidth());
            default -> 0;
        };
    }
}
