package dev.skein.compiler.frontend;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds each {@link ModelTensor} of a model in the tensors of its file. */
public final class TensorNames {

    private static final String LAYER = "layer.";

    private final Map<String, WeightView> views = new LinkedHashMap<>();
    private final Map<String, Long> fileRows = new HashMap<>();
    private final List<ModelTensor> tensors;

    private TensorNames(ModelConfig config, Naming naming, Collection<String> fileNames) {
        tensors = ModelTensor.of(config);
        String prefix = naming.prefixOf(fileNames);
        for (ModelTensor tensor : tensors) {
            WeightView view = view(tensor, config, naming, prefix);
            if (!fileNames.contains(view.fileName()) && fileNames.contains(tensor.name())) {
                // A compressed matrix, which has the compiler's own name and layout.
                view = new WeightView(tensor.name(), false, 0, tensor.shape().getFirst());
            }
            views.put(tensor.name(), view);
            fileRows.merge(view.fileName(), (long) view.rowStart() + view.rowCount(), Math::max);
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
     * Checks that a file has every tensor of the model in the right shape. Tensors that the model
     * does not use do not matter.
     *
     * @param file named in the message
     * @throws FormatException about the first tensor that is missing or has another shape, with
     *     the number of further ones
     */
    public void validate(String file, Map<String, TensorInfo> tensors) {
        List<String[]> problems = this.tensors.stream()
                .filter(tensor -> !fits(tensor, tensors))
                .map(tensor -> describe(tensor, tensors.get(view(tensor.name()).fileName())))
                .toList();
        if (!problems.isEmpty()) {
            String[] first = problems.getFirst();
            String more = problems.size() == 1 ? ""
                    : " (and " + (problems.size() - 1) + " more like it)";
            throw new FormatException(file, FormatException.NO_OFFSET, first[0], first[1] + more,
                    first[2], "check that the file is complete and belongs to its configuration");
        }
    }

    private boolean fits(ModelTensor tensor, Map<String, TensorInfo> tensors) {
        WeightView view = view(tensor.name());
        TensorInfo found = tensors.get(view.fileName());
        return found != null && Arrays.equals(found.shape(), fileShape(tensor, view));
    }

    private String[] describe(ModelTensor tensor, TensorInfo found) {
        WeightView view = view(tensor.name());
        String expected = Arrays.toString(fileShape(tensor, view));
        return new String[] {"tensor " + view.fileName(),
            found == null ? "nothing" : "shape " + Arrays.toString(found.shape()),
            "the configuration asks for shape " + expected};
    }

    /** The shape of the whole tensor in the file, of which the view may be a part. */
    private long[] fileShape(ModelTensor tensor, WeightView view) {
        long rows = fileRows.get(view.fileName());
        if (tensor.shape().size() == 1) {
            return new long[] {rows};
        }
        long columns = tensor.shape().getLast();
        return view.transpose() ? new long[] {columns, rows} : new long[] {rows, columns};
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
