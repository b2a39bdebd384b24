package io.shareddb.server.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Modules depend one way, and each library is named where it belongs alone. */
class DependencyDirectionTest {
    private static JavaClasses project;

    @BeforeAll
    static void read() {
        project = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.shareddb");
    }

    private static void holds(ArchRule rule) {
        rule.check(project);
    }

    @Test
    void modulesDependOneWay() {
        holds(layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("server")
                .definedBy("io.shareddb.server..")
                .layer("api")
                .definedBy("io.shareddb.api..")
                .layer("cluster")
                .definedBy("io.shareddb.cluster..")
                .layer("replication")
                .definedBy("io.shareddb.replication..")
                .layer("protocol")
                .definedBy("io.shareddb.protocol..")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("cluster")
                .mayOnlyBeAccessedByLayers("api", "server")
                .whereLayer("replication")
                .mayOnlyBeAccessedByLayers("cluster", "api", "server")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers("replication", "cluster", "api", "server"));
    }

    @Test
    void protocolNeedsNettyAndSlf4jOnly() {
        holds(classes()
                .that()
                .resideInAPackage("io.shareddb.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.shareddb.protocol..", "java..", "javax..", "io.netty..", "org.slf4j..", "org.jspecify.."));
    }

    @Test
    void consensusIsOnePackagesBusiness() {
        onlyIn("io.shareddb.replication.log..", "io.microraft..");
    }

    @Test
    void httpServerIsTheApisBusiness() {
        onlyIn("io.shareddb.api..", "io.undertow..");
    }

    @Test
    void driverAndPoolAreTheServersBusiness() {
        onlyIn("io.shareddb.server..", "com.mysql..");
        onlyIn("io.shareddb.server..", "com.zaxxer..");
    }

    @Test
    void commandLineAndLoggingBackEndAreTheLaunchersBusiness() {
        onlyIn("io.shareddb.server.launcher..", "picocli..");
        onlyIn("io.shareddb.server.launcher..", "ch.qos.logback..");
    }

    @Test
    void onlyTheAssemblyNamesAnEngineFamily() {
        holds(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.shareddb.protocol..", // the codec reads what each family writes
                        "io.shareddb.replication.engine.mariadb..",
                        "io.shareddb.replication.engine.managed..",
                        "io.shareddb.server")
                .should()
                .dependOnClassesThat(resideInAPackage("io.shareddb.replication.engine.mariadb..")
                        .or(simpleNameStartingWith("MariaDb"))));
    }

    @Test
    void onlyTheLauncherEndsTheProcessOrWritesToTheTerminal() {
        holds(noClasses()
                .that()
                .resideOutsideOfPackage("io.shareddb.server.launcher")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    private static void onlyIn(String ours, String library) {
        holds(noClasses()
                .that()
                .resideOutsideOfPackage(ours)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }
}
