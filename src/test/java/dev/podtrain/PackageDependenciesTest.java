package dev.podtrain;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which package may use which. A new arrow is a decision: make it here. */
class PackageDependenciesTest {
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("base", Set.of()),
            Map.entry("http", Set.of("base")),
            Map.entry("pod", Set.of("http", "base")),
            Map.entry("s3", Set.of("base")),
            Map.entry("ssh", Set.of("base")),
            Map.entry("transfer", Set.of("ssh", "base")),
            Map.entry("data", Set.of("transfer", "ssh", "s3", "base")),
            Map.entry("tunnel", Set.of("ssh", "base")),
            Map.entry("script", Set.of("base")),
            Map.entry("config", Set.of("base")),
            Map.entry("ledger", Set.of("base")),
            Map.entry(
                    "run",
                    Set.of("pod", "s3", "ssh", "transfer", "tunnel", "data", "script", "config", "ledger", "base")),
            Map.entry("cli", Set.of("run", "data", "ledger", "base")),
            Map.entry("local", Set.of("base")));

    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "picocli", Set.of("cli"),
            "okhttp3", Set.of("http"),
            "org.apache.sshd", Set.of("ssh"),
            "org.yaml.snakeyaml", Set.of("config"),
            "org.eclipse.jgit", Set.of("transfer"),
            "software.amazon.awssdk", Set.of("s3"),
            "io.javalin", Set.of("local"),
            "com.fasterxml.jackson.databind", Set.of("http", "pod", "script", "local", "transfer"));

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.podtrain");

    @Test
    void packagesUseOnlyThoseBelowThem() {
        Map<String, Set<String>> undecided = new TreeMap<>();
        for (JavaClass type : classes) {
            String from = packageOf(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = packageOf(dependency.getTargetClass());
                if (!from.isEmpty()
                        && !to.equals(from)
                        && dependency.getTargetClass().getPackageName().startsWith("dev.podtrain")
                        && !ALLOWED.getOrDefault(from, Set.of()).contains(to)) {
                    undecided.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
                }
            }
        }

        assertThat(undecided).isEmpty();
    }

    @Test
    void librariesStayInThePackageThatOwnsThem() {
        Map<String, Set<String>> strayed = new TreeMap<>();
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getPackageName();
                LIBRARIES.forEach((library, owners) -> {
                    if ((target.equals(library) || target.startsWith(library + "."))
                            && !owners.contains(packageOf(type))) {
                        strayed.computeIfAbsent(library, key -> new TreeSet<>()).add(type.getName());
                    }
                });
            }
        }

        assertThat(strayed).isEmpty();
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.podtrain.(*)..").should().beFreeOfCycles().check(classes);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith("dev.podtrain.") ? name.substring("dev.podtrain.".length()) : "";
    }
}
