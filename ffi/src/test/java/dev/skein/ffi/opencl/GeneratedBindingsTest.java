package dev.skein.ffi.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.ffi.opencl.generated.opencl_h;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jocl.CL;
import org.junit.jupiter.api.Test;

/** The committed bindings are what their arguments ask for, and JOCL agrees on every constant. */
class GeneratedBindingsTest {

    @Test
    void holdWhatTheArgumentsInclude() throws IOException {
        Set<String> asked = Files.readAllLines(Path.of("src/main/jextract/opencl.args")).stream()
                .filter(line -> line.startsWith("--include-"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(asked.size() > 100, asked.toString());
        Set<String> generated = methods()
                .map(Method::getName)
                // NAME$address and the like belong to NAME
                .filter(name -> name.indexOf('$') < 0)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(asked, generated);
    }

    @Test
    void constantsAreThoseOfJocl() throws ReflectiveOperationException {
        TestOpenCl.open(Binding.FFM);
        Map<String, Long> jocl = new TreeMap<>();
        Map<String, Long> generated = new TreeMap<>();
        for (Method method : methods().filter(m -> m.getName().startsWith("CL_")).toList()) {
            Field field = CL.class.getField(method.getName());
            // JOCL has bit masks as longs and booleans as such
            jocl.put(method.getName(), field.getType() == boolean.class
                    ? field.getBoolean(null) ? 1L : 0L
                    : (long) (int) ((Number) field.get(null)).longValue());
            generated.put(method.getName(), ((Number) method.invoke(null)).longValue());
        }
        assertTrue(generated.size() > 90, generated.toString());
        assertEquals(jocl, generated);
    }

    @Test
    void errorCodesHaveTheNamesOfBothBindings() throws ReflectiveOperationException {
        TestOpenCl.open(Binding.FFM);
        int codes = 0;
        for (int code = 0; code > -100; code--) {
            String name = ErrorCode.nameOf(code);
            if (name.startsWith("CL_")) {
                assertEquals(code, opencl_h.class.getMethod(name).invoke(null), name);
                assertEquals(CL.stringFor_errorCode(code), name);
                codes++;
            }
        }
        // 0, -1 to -19, -30 to -68
        assertEquals(1 + 19 + 39, codes);
        assertEquals("CL_PLATFORM_NOT_FOUND_KHR", ErrorCode.nameOf(-1001));
        assertEquals("a code that OpenCL 1.2 does not define", ErrorCode.nameOf(-9999));
    }

    private static Stream<Method> methods() {
        return Stream.of(opencl_h.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !method.isSynthetic());
    }
}
