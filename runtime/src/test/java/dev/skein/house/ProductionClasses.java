package dev.skein.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** Every class of Skein that ships, from class folders and jars alike, imported once. */
final class ProductionClasses {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.skein");

    private ProductionClasses() {}

    static JavaClasses all() {
        return ALL;
    }
}
