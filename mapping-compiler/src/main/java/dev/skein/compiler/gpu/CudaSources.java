package dev.skein.compiler.gpu;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The kernels of plans in CUDA C++ 17: the text of {@link KernelSources} behind a prelude that
 * gives OpenCL's words a meaning in C++. What no prelude can do is done to the text, by a handful
 * of rules.
 */
public final class CudaSources {
    /** A kernel's head, up to its first parameter; what follows is found by its brackets. */
    private static final Pattern KERNEL = Pattern.compile("\\bkernel void [\\w#]+\\(");

    /** A function's head: a type at the beginning of a line, a name. */
    private static final Pattern FUNCTION = Pattern.compile(
            "(?m)^( *)((?:void|bool|(?:u?(?:char|int|long)|float)\\d*|FLOAT) [\\w#]+\\()");

    private static final Pattern LITERAL =
            Pattern.compile("\\((u?(?:char|int|long)|float)(2|4|8|16)\\) \\(");

    /** Matrix kernels with several tokens, whose places those of tensor.h take. */
    private static final Pattern DENSE =
            Pattern.compile("(?m)^  DENSE(\\w*)\\((dense_\\S+_tokens\\w*), BITS, 8\\)");
    private static final Pattern STRIPS =
            Pattern.compile("(?m)^(STRIPS\\w*)\\((strips_tokens\\w*), 8\\)");

    /** A matrix kernel with one token, whose place one of gemv.h takes. */
    private static final Pattern ROWS_OF_ONE =
            Pattern.compile("\\bDENSE(\\w*)\\((dense_\\S+_token\\w*), BITS, 1\\)");

    /** And one of strips.h. */
    private static final Pattern STRIPS_OF_ONE =
            Pattern.compile("(?m)^STRIPS(\\w*)\\((strips_token\\w*), 1\\)");

    private static final List<String> HEADERS =
            List.of("cuda/prelude.h", "cuda/gemv.h", "cuda/strips.h", "cuda/tensor.h");

    private CudaSources() {
    }

    /** All of them, with the prelude. */
    public static String all() {
        return of(KernelSources.all());
    }

    /**
     * OpenCL C as CUDA C++: vectors are written as in C++, parts of vectors are functions, and
     * local memory of a kernel's arguments is a place in that of its group.
     */
    public static String of(String openCl) {
        String text = openCl.replaceAll("(?m)^#pragma OPENCL .*$", "");
        text = localArguments(text);
        // CUDA has macros that expand to the words global and constant
        text = text.replaceAll("\\b(global|local) (?=(const )?\\w+ \\*)", "")
                .replaceAll("(?m)^constant ", "CONSTANT ")
                .replaceAll("\\blocal (?=\\w+ \\w+\\[)", "SHARED ");
        text = LITERAL.matcher(text).replaceAll("$1$2(");
        text = text.replaceAll("(?<=[\\w)\\]])\\.(lo|hi|[xyzw])\\b", ".$1()")
                .replaceAll("(?<=\\w)\\.s0\\b", ".x()");
        text = FUNCTION.matcher(text).replaceAll("$1DEVICE $2");
        // matrices with one token, where CUDA has instructions for them
        text = ROWS_OF_ONE.matcher(text.replace("  DENSE_SUMS(BITS, 1) \\\n", ""))
                .replaceAll("GEMV$1($2, BITS)");
        text = STRIPS_OF_ONE.matcher(text.replace("\nSTRIP_SUMS(1)\n", "\n"))
                .replaceAll("STRIPS_OF_ONE$1($2)");
        // and with several
        text = DENSE.matcher(text.replace("  DENSE_SUMS(BITS, 8) \\\n", ""))
                .replaceAll("  TENSOR$1($2, BITS)");
        text = STRIPS.matcher(text).replaceAll("TENSOR_$1($2)")
                .replace("\nSTRIP_SUMS(8)\n", "\n" + KernelSources.read("cuda/tensor_strips.h"));
        return HEADERS.stream().map(KernelSources::read).collect(Collectors.joining()) + "\n"
                + text.replaceAll("\\bkernel void ", "KERNEL void ");
    }

    private static String localArguments(String text) {
        var out = new StringBuilder();
        Matcher kernel = KERNEL.matcher(text);
        int done = 0;
        while (kernel.find()) {
            int end = closing(text, kernel.end());
            out.append(text, done, kernel.start()).append(text.substring(kernel.start(), end)
                    .replaceAll("\\blocal (\\w+) \\*", "Local<$1> "));
            done = end;
        }
        return out.append(text, done, text.length()).toString();
    }

    /** Where the bracket closes that was opened before a place. */
    private static int closing(String text, int from) {
        int open = 1;
        int at = from;
        while (open > 0) {
            char c = text.charAt(at++);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }
}
