package dev.skein.house;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.DeclaredType;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A switch over a sealed type or an enum names every case: with a {@code default} the compiler
 * would no longer point at the places a new instruction, op or unit has to be added to. This
 * needs types, so the sources that ship are attributed, with the tests' own class path.
 */
final class SwitchStyle extends TreePathScanner<Void, Void> {

    private final CompilationUnitTree unit;
    private final Trees trees;
    private final List<Violation> found;

    private SwitchStyle(CompilationUnitTree unit, Trees trees, List<Violation> found) {
        this.unit = unit;
        this.trees = trees;
        this.found = found;
    }

    /** Attribution is slow, so files without the two words are left out. */
    static boolean mayViolate(Path file) {
        if (!Repository.isMainSource(file)) {
            return false;
        }
        String text = Repository.read(file);
        return text.contains("switch") && text.contains("default");
    }

    static List<Violation> check(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Violation> found = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> absolute = files.stream().map(Repository.root()::resolve).toList();
            List<String> options = List.of("-proc:none", "-implicit:none",
                    "--add-modules", "jdk.incubator.vector",
                    "--class-path", System.getProperty("java.class.path"));
            JavacTask task = (JavacTask) compiler.getTask(null, manager, diagnostic -> { },
                    options, null, manager.getJavaFileObjectsFromPaths(absolute));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            task.analyze();
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : units) {
                new SwitchStyle(unit, trees, found).scan(unit, null);
            }
        }
        return found;
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void unused) {
        inspect(tree, tree.getExpression(), tree.getCases());
        return super.visitSwitch(tree, unused);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void unused) {
        inspect(tree, tree.getExpression(), tree.getCases());
        return super.visitSwitchExpression(tree, unused);
    }

    private void inspect(Tree tree, ExpressionTree selector, List<? extends CaseTree> cases) {
        boolean hasDefault = cases.stream().anyMatch(c -> c.getLabels().stream()
                .anyMatch(DefaultCaseLabelTree.class::isInstance));
        TreePath path = new TreePath(getCurrentPath(), selector);
        if (hasDefault && trees.getTypeMirror(path) instanceof DeclaredType type
                && isClosed(type.asElement())) {
            long position = trees.getSourcePositions().getStartPosition(unit, tree);
            found.add(new Violation("default-over-closed-type",
                    Repository.root().relativize(Path.of(unit.getSourceFile().toUri())),
                    unit.getLineMap().getLineNumber(position), type.toString()));
        }
    }

    private static boolean isClosed(Element element) {
        return element.getKind() == ElementKind.ENUM
                || element.getModifiers().contains(Modifier.SEALED);
    }
}
