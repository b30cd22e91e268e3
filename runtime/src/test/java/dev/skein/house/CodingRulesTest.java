package dev.skein.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/** What no class of Skein does, and what only the command line does. */
class CodingRulesTest {

    private static final JavaClasses SKEIN = ProductionClasses.all();

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        check(outsideTheCommandLine().should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void onlyTheCommandLineWritesToTheTerminal() {
        // jextract's bindings write traces where a property asks for them.
        check(outsideTheCommandLine()
                .and().resideOutsideOfPackage("dev.skein.ffi.opencl.generated..")
                .should().accessField(System.class, "out")
                .orShould().accessField(System.class, "err"));
    }

    @Test
    void noUnsafe() {
        check(noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..", "sun.nio.."));
    }

    @Test
    void noJavaUtilLogging() {
        check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void noDeserialisation() {
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class));
    }

    @Test
    void noStackTraceForUsers() {
        check(noClasses().should().callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void noFinalizers() {
        check(noMethods().should().haveName("finalize"));
    }

    @Test
    void noFieldInjection() {
        check(noFields().should().beAnnotatedWith("javax.inject.Inject")
                .orShould().beAnnotatedWith("jakarta.inject.Inject"));
    }

    @Test
    void noPublicMutableFields() {
        check(noFields().that().arePublic().should().notBeFinal());
    }

    private static GivenClassesConjunction outsideTheCommandLine() {
        return noClasses().that().resideOutsideOfPackage("dev.skein.runtime.cli..");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SKEIN);
    }
}
