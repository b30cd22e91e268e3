package dev.skein.compiler.frontend;

/**
 * Where a {@link ModelTensor} lies inside a tensor of the file: that tensor, transposed if so
 * stated, and of the result the rows {@code [rowStart, rowStart + rowCount)}; of a vector the
 * elements. Rows are slices because GPT-2 keeps q, k and v in one matrix and OPT has two rows
 * before position 0.
 *
 * @param fileName the tensor's name in the file
 * @param transpose whether the file holds {@code [inputs, outputs]} (GPT-2's {@code Conv1D})
 * @param rowStart first row after transposing
 * @param rowCount number of rows after transposing
 */
public record WeightView(String fileName, boolean transpose, int rowStart, int rowCount) {

    public WeightView {
        Checks.range("first row of " + fileName, rowStart, 0, Integer.MAX_VALUE);
        Checks.range("number of rows of " + fileName, rowCount, 1,
                (long) Integer.MAX_VALUE - rowStart);
    }
}
