package dev.skein.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Which package inside a module may see what. */
class PackageDirectionTest {

    private static final JavaClasses SKEIN = ProductionClasses.all();

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("dev.skein.(**)").namingSlices("dev.skein.$1")
                .should().beFreeOfCycles());
    }

    @Test
    void theIrKnowsNothingOfWhoBuildsOrTransformsIt() {
        check(noClasses().that().resideInAPackage("dev.skein.compiler.ir..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "dev.skein.compiler.frontend..", "dev.skein.compiler.pass..",
                        "dev.skein.compiler.cost..", "dev.skein.compiler.fpga..",
                        "dev.skein.compiler.artifact.."));
    }

    @Test
    void onlyFrontendAndArtifactReadFiles() {
        check(noClasses().that().resideInAPackage("dev.skein.compiler..")
                .and().resideOutsideOfPackages(
                        "dev.skein.compiler.frontend..", "dev.skein.compiler.artifact..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "io.jhdf..", "com.fasterxml.jackson..", "java.nio.channels..")
                .orShould().dependOnClassesThat().haveNameMatching(
                        "java\\.io\\.(File(Input|Reader)|RandomAccess).*")
                .orShould().callMethodWhere(target(owner(type(Files.class)))
                        .and(target(nameMatching("read.*|lines|new.*")))));
    }

    @Test
    void onlyTheFrontendReadsForeignFormats() {
        check(noClasses().that().resideInAPackage("dev.skein.compiler..")
                .and().resideOutsideOfPackage("dev.skein.compiler.frontend..")
                .should().dependOnClassesThat().haveSimpleNameStartingWith("Gguf")
                .orShould().dependOnClassesThat().haveSimpleNameStartingWith("Safetensors"));
    }

    @Test
    void onlyTheReadersOfVendorsFilesReadXml() {
        check(noClasses().that().resideOutsideOfPackages("dev.skein.compiler.frontend.report..",
                        "dev.skein.compiler.frontend.xclbin..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "javax.xml..", "org.xml.sax..", "org.w3c.dom.."));
    }

    /** What leaves the readers is a record of amounts: nobody else parses a vendor's report. */
    @Test
    void reportsAreReadThroughOneDoor() {
        check(noClasses().that().resideOutsideOfPackage("dev.skein.compiler.frontend.report..")
                .should().dependOnClassesThat(resideInAPackage(
                        "dev.skein.compiler.frontend.report..").and(not(
                        simpleName("ReportReader").or(simpleName("ReportLimits"))
                                .or(simpleName("SynthesisReport")).or(simpleName("Timing"))
                                .or(simpleName("Kind")).or(simpleName("Clock"))))));
    }

    @Test
    void valuesDoNotDependOnTiming() {
        check(noClasses().that().resideInAPackage("dev.skein.sim.functional..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "dev.skein.sim.fpga..", "dev.skein.sim.memory..",
                        "dev.skein.sim.storage..", "dev.skein.sim.gpu..",
                        "dev.skein.sim.rtl.."));
    }

    @Test
    void memoryModelsKnowNothingOfWhoUsesThem() {
        check(noClasses().that().resideInAPackage("dev.skein.sim.memory..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "dev.skein.sim.functional..", "dev.skein.sim.fpga..",
                        "dev.skein.sim.storage..", "dev.skein.sim.gpu.."));
    }

    @Test
    void nothingDependsOnTheCommandLine() {
        check(noClasses().that().resideOutsideOfPackage("dev.skein.runtime.cli..")
                .should().dependOnClassesThat().resideInAPackage("dev.skein.runtime.cli.."));
    }

    @Test
    void devicesDoNotKnowTheirBackEnds() {
        check(noClasses().that().resideInAPackage("dev.skein.runtime.device..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "dev.skein.runtime.backend..", "dev.skein.runtime.report.."));
    }

    @Test
    void backEndsDoNotKnowEachOther() {
        check(slices().matching("dev.skein.runtime.backend.(*)..")
                .should().notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAnyPackage(
                        "dev.skein.runtime.backend.gpu..", "dev.skein.runtime.backend.cards..")));
    }

    @Test
    void whatBackEndsShareKnowsNoneOfThem() {
        check(noClasses().that().resideInAnyPackage("dev.skein.runtime.backend.gpu..",
                        "dev.skein.runtime.backend.cards..")
                .should().dependOnClassesThat().resideInAnyPackage("dev.skein.ffi.."));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SKEIN);
    }
}
