package io.sluice.devkit.defects;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.defects.Defect.Change;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefectTest {
    private final ClassFileLocator classes = ClassFileLocator.ForClassLoader.ofSystemLoader();

    @ParameterizedTest
    @EnumSource
    void aDefectFitsTheShippedClassesAsTheyAre(Defect defect) throws Exception {
        for (Change change : defect.changes()) {
            TypeDescription type =
                    TypePool.Default.of(classes).describe(change.typeName()).resolve();
            assertThat(type.getDeclaredMethods().filter(ElementMatchers.named(change.method())))
                    .as("methods %s of %s", change.method(), change.typeName())
                    .hasSize(1);
            byte[] shipped = classes.locate(change.typeName()).resolve();
            byte[] changed = DefectAgent.apply(change, new ByteBuddy().redefine(type, classes), classes)
                    .make()
                    .getBytes();
            assertThat(changed)
                    .as("%s with defect %s", change.typeName(), defect)
                    .isNotEqualTo(shipped);
        }
    }
}
