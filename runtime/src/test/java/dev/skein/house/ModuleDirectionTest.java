package dev.skein.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which module may see what: hls and ffi see nothing of Skein, the simulator does not see the
 * compiler, and each library has the modules it is for.
 */
class ModuleDirectionTest {

    private static final JavaClasses SKEIN = ProductionClasses.all();

    private static final Set<String> JAVA_BASE = Object.class.getModule().getPackages();

    /** The other rules allow empty packages, so this one says that there is something to see. */
    @ParameterizedTest
    @ValueSource(strings = {"hls", "ffi", "compiler", "sim", "runtime"})
    void everyModuleIsLookedAt(String module) {
        assertTrue(SKEIN.stream().anyMatch(
                type -> type.getPackageName().startsWith("dev.skein." + module)), module);
    }

    @Test
    void hlsSeesJavaBaseAlone() {
        check(onlySees("dev.skein.hls..", "dev.skein.hls.."));
    }

    /** Apart from JOCL and JCuda, second ways, which are optional and one class each sees. */
    @Test
    void ffiSeesJavaBaseAlone() {
        check(onlySees("dev.skein.ffi..", "dev.skein.ffi..", "org.jocl..", "jcuda.."));
        check(noClasses().that().haveNameNotMatching(".*\\.JoclDriver(\\$.*)?")
                .should().dependOnClassesThat().resideInAPackage("org.jocl.."));
        check(noClasses().that().haveNameNotMatching(".*\\.JcudaDriver(\\$.*)?")
                .should().dependOnClassesThat().resideInAPackage("jcuda.."));
    }

    @Test
    void compilerSeesHlsAndTheReadersOfItsFiles() {
        check(onlySees("dev.skein.compiler..", "dev.skein.compiler..", "dev.skein.hls..",
                "jdk.incubator.vector..", "com.fasterxml.jackson..", "io.jhdf..",
                "javax.xml.."));
    }

    @Test
    void simulatorSeesHlsAndFfi() {
        check(onlySees("dev.skein.sim..", "dev.skein.sim..", "dev.skein.hls..",
                "dev.skein.ffi..", "jdk.incubator.vector.."));
    }

    @Test
    void simulatorUsesNativeCodeForCoSimulationAlone() {
        check(noClasses().that().resideInAPackage("dev.skein.sim..")
                .and().resideOutsideOfPackage("dev.skein.sim.rtl..")
                .should().dependOnClassesThat().resideInAPackage("dev.skein.ffi.."));
    }

    @Test
    void onlyTheFacadeSeesTheGeneratedOpenClBindings() {
        check(noClasses().that().resideOutsideOfPackage("dev.skein.ffi.opencl..")
                .should().dependOnClassesThat()
                .resideInAPackage("dev.skein.ffi.opencl.generated.."));
    }

    /** What a device's library is stays in its back end. */
    @Test
    void onlyTheBackEndSeesOpenCl() {
        check(noClasses().that().resideOutsideOfPackages(
                        "dev.skein.ffi.opencl..", "dev.skein.runtime.backend.opencl..")
                .should().dependOnClassesThat().resideInAPackage("dev.skein.ffi.opencl.."));
    }

    @Test
    void onlyTheBackEndSeesXrt() {
        check(noClasses().that().resideOutsideOfPackages(
                        "dev.skein.ffi.xrt..", "dev.skein.runtime.backend.xrt..")
                .should().dependOnClassesThat().resideInAPackage("dev.skein.ffi.xrt.."));
    }

    @Test
    void onlyTheRuntimeSeesTheTerminal() {
        check(noClasses().that().resideOutsideOfPackage("dev.skein.runtime..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei.progressbar.."));
    }

    private static ArchRule onlySees(String module, String... packages) {
        return classes().that().resideInAPackage(module).should().onlyDependOnClassesThat(
                inJavaBase().or(resideInAnyPackage(packages)));
    }

    private static DescribedPredicate<JavaClass> inJavaBase() {
        return describe("are in java.base", type -> type.getBaseComponentType().isPrimitive()
                || JAVA_BASE.contains(type.getBaseComponentType().getPackageName()));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SKEIN);
    }
}
