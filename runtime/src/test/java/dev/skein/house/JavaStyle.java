package dev.skein.house;

import com.sun.source.tree.AssertTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The rules that need Java's syntax, read with the compiler's own parser. */
final class JavaStyle extends TreePathScanner<Void, Void> {

    static final int MAX_METHOD_LINES = 70;
    static final int MAX_PARAMETERS = 8;

    private final List<Violation> found;
    private final DocTrees trees;
    private final SourcePositions positions;
    private final CompilationUnitTree unit;
    private final Path file;

    private JavaStyle(CompilationUnitTree unit, DocTrees trees, List<Violation> found) {
        this.unit = unit;
        this.trees = trees;
        this.found = found;
        this.positions = trees.getSourcePositions();
        this.file = Repository.root().relativize(Path.of(unit.getSourceFile().toUri()));
    }

    static List<Violation> check(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Violation> found = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> absolute = files.stream().map(Repository.root()::resolve).toList();
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null,
                    List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(absolute));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new JavaStyle(unit, trees, found).scan(unit, null);
            }
        }
        return found;
    }

    @Override
    public Void visitImport(ImportTree tree, Void unused) {
        if (tree.getQualifiedIdentifier().toString().endsWith(".*")) {
            report("wildcard-import", tree, tree.getQualifiedIdentifier().toString());
        }
        return super.visitImport(tree, unused);
    }

    @Override
    public Void visitCatch(CatchTree tree, Void unused) {
        String type = tree.getParameter().getType().toString();
        if (type.matches(".*\\bThrowable\\b.*")) {
            report("catch-throwable", tree, type);
        }
        return super.visitCatch(tree, unused);
    }

    @Override
    public Void visitAssert(AssertTree tree, Void unused) {
        report("assert-statement", tree, tree.getCondition().toString());
        return super.visitAssert(tree, unused);
    }

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
        if (isPublicApi(getCurrentPath()) && lacksJavadoc()) {
            report("public-type-javadoc", tree, tree.getSimpleName().toString());
        }
        return super.visitClass(tree, unused);
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
        long lines = lineOf(positions.getEndPosition(unit, tree))
                - lineOf(positions.getStartPosition(unit, tree)) + 1;
        if (lines > MAX_METHOD_LINES) {
            report("method-lines", tree, tree.getName() + " has " + lines + " lines");
        }
        if (tree.getParameters().size() > MAX_PARAMETERS && !isRecordConstructor(tree)) {
            report("parameters", tree,
                    tree.getName() + " has " + tree.getParameters().size() + " parameters");
        }
        if (isPublicApi(getCurrentPath()) && !saysItElsewhere(tree) && lacksJavadoc()) {
            report("public-method-javadoc", tree, tree.getName().toString());
        }
        return super.visitMethod(tree, unused);
    }

    /** An override inherits its text; a compact constructor's is the record's. */
    private boolean saysItElsewhere(MethodTree tree) {
        boolean override = tree.getModifiers().getAnnotations().stream()
                .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
        return override || isRecordConstructor(tree);
    }

    private boolean isRecordConstructor(MethodTree tree) {
        return tree.getName().contentEquals("<init>")
                && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }

    private boolean lacksJavadoc() {
        return Repository.isMainSource(file) && trees.getDocComment(getCurrentPath()) == null;
    }

    /** Public itself, in types that are public up to the file; members of interfaces are. */
    private static boolean isPublicApi(TreePath path) {
        Tree leaf = path.getLeaf();
        TreePath parent = path.getParentPath();
        if (leaf instanceof CompilationUnitTree) {
            return true;
        }
        boolean inInterface = parent.getLeaf().getKind() == Tree.Kind.INTERFACE
                || parent.getLeaf().getKind() == Tree.Kind.ANNOTATION_TYPE;
        boolean isPublic = switch (leaf) {
            case ClassTree type -> inInterface
                    || type.getModifiers().getFlags().contains(Modifier.PUBLIC);
            case MethodTree method -> method.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    || inInterface
                    && !method.getModifiers().getFlags().contains(Modifier.PRIVATE);
            default -> false;
        };
        return isPublic && isPublicApi(parent);
    }

    private void report(String rule, Tree tree, String text) {
        found.add(new Violation(rule, file, lineOf(positions.getStartPosition(unit, tree)), text));
    }

    private long lineOf(long position) {
        return unit.getLineMap().getLineNumber(position);
    }
}
