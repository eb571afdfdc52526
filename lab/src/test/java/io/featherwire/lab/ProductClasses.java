package io.featherwire.lab;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The bytecode of the product, read once for all tests of its architecture. */
final class ProductClasses {

    /** Classes of every module, without tests. */
    static final JavaClasses PRODUCT = ArchConfiguration.withThreadLocalScope(configuration -> {
        // The names of libraries' classes suffice.
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("io.featherwire");
    });

    private ProductClasses() {}
}
