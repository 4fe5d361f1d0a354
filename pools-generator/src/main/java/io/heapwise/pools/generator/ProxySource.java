package io.heapwise.pools.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/**
 * The source of one proxy: a final class that extends a handle written by hand, and hands what that does not do itself to the driver's
 * object. Invariant: each method checks that the handle is open before the call, has the handle look at what the driver throws, and
 * lets out nothing that leads to the driver's connection unless the handle has wrapped it.
 */
final class ProxySource {
    /** What leads to a connection: {@code Object}, since a column may hold an array, or a cursor. */
    private static final Set<String> WRAPPED = Set.of(
            "java.sql.Connection",
            "java.sql.Statement",
            "java.sql.PreparedStatement",
            "java.sql.CallableStatement",
            "java.sql.ResultSet",
            "java.sql.DatabaseMetaData",
            "java.sql.Array",
            "java.lang.Object");

    /** As what a wrapping may be passed to the driver, which wants its own. */
    private static final Set<String> UNWRAPPED = Set.of("java.sql.Array", "java.lang.Object", "java.lang.Object[]");

    /** What reads a row that is there already, which begins no transaction: most of the calls there are. */
    private static final Pattern READS_A_ROW = Pattern.compile("(get|is|was|find)[A-Z].*|getObject");

    private static final Pattern IMPORTED = Pattern.compile("\\bjava\\.(lang|sql)\\.(?=[A-Z])");

    private final Elements elements;
    private final TypeElement handle;
    private final TypeElement contract;
    private final String name;
    private final StringBuilder text = new StringBuilder();

    ProxySource(Elements elements, TypeElement handle, TypeElement contract) {
        this.elements = elements;
        this.handle = handle;
        this.contract = contract;
        this.name = handle.getSimpleName().toString().replaceAll("Handle$", "Proxy");
    }

    String qualifiedName() {
        return elements.getPackageOf(handle).getQualifiedName() + "." + name;
    }

    String text() {
        String driversOwn = shortened(contract.asType());
        line("package " + elements.getPackageOf(handle).getQualifiedName() + ";");
        line("");
        line("import java.sql.*;");
        line("");
        line("/** What {@link " + handle.getSimpleName() + "} leaves to the driver. Written by the build. */");
        line("@SuppressWarnings(\"deprecation\")");
        line("final class " + name + " extends " + handle.getSimpleName() + " {");
        line("    private final " + driversOwn + " raw;");
        line("");
        constructor(driversOwn);
        line("");
        line("    @Override");
        line("    " + driversOwn + " raw() {");
        line("        return raw;");
        line("    }");
        for (ExecutableElement method : left()) {
            line("");
            method(method);
        }
        line("}");
        return text.toString();
    }

    private void constructor(String driversOwn) {
        List<ExecutableElement> constructors = ElementFilter.constructorsIn(handle.getEnclosedElements());
        if (constructors.size() != 1) {
            throw new IllegalStateException(
                    handle + ": constructors=" + constructors.size() + " (expected 1): the proxy calls it");
        }
        List<? extends VariableElement> parameters = constructors.get(0).getParameters();
        line("    " + name + "("
                + parameters.stream()
                        .map(parameter -> shortened(parameter.asType()) + " " + parameter.getSimpleName() + ", ")
                        .collect(Collectors.joining())
                + driversOwn + " raw) {");
        line("        super("
                + parameters.stream().map(VariableElement::getSimpleName).collect(Collectors.joining(", ")) + ");");
        line("        this.raw = raw;");
        line("    }");
    }

    /** The methods of the interface that the handle does not have; in an order that is the same whatever JDK compiles. */
    private List<ExecutableElement> left() {
        List<ExecutableElement> own = ElementFilter.methodsIn(elements.getAllMembers(handle)).stream()
                .filter(method -> method.getEnclosingElement().getKind() == ElementKind.CLASS
                        && !method.getModifiers().contains(Modifier.ABSTRACT))
                .toList();
        Map<String, ExecutableElement> left = new TreeMap<>();
        for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(contract))) {
            if (method.getEnclosingElement().getKind() == ElementKind.INTERFACE
                    && !method.getModifiers().contains(Modifier.STATIC)
                    && own.stream().noneMatch(done -> elements.overrides(done, method, handle))) {
                left.putIfAbsent(method.toString(), method);
            }
        }
        return new ArrayList<>(left.values());
    }

    private void method(ExecutableElement method) {
        List<String> names = names(method);
        StringBuilder declared = new StringBuilder();
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            TypeMirror type = method.getParameters().get(i).asType();
            String separator = i == 0 ? "" : ", ";
            declared.append(separator).append(shortened(type)).append(' ').append(names.get(i));
            passed.append(separator)
                    .append(UNWRAPPED.contains(type.toString()) ? "unwrapped(" + names.get(i) + ")" : names.get(i));
        }
        String signature = variables(method) + shortened(method.getReturnType()) + " " + method.getSimpleName() + "("
                + declared + ")";
        String call = result(method, "raw." + method.getSimpleName() + "(" + passed + ")", names) + ";";
        if (method.getThrownTypes()
                .isEmpty()) { // a constant of the driver's, and no way to say that the handle is closed
            line("    @Override");
            line("    public " + signature + " {");
            line("        " + call);
            line("    }");
            return;
        }
        if (method.getThrownTypes().size() != 1) {
            throw new IllegalStateException(handle + "." + method + ": thrown=" + method.getThrownTypes()
                    + " (expected one exception): write it by hand");
        }
        String thrown = shortened(method.getThrownTypes().get(0));
        line("    @Override");
        line("    public " + signature + " throws " + thrown + " {");
        line("        requireOpen();");
        line("        try {");
        line("            " + call);
        line("        } catch (" + thrown + " e) {");
        line("            throw failed(e);");
        if (isUse(method)) {
            line("        } finally {");
            line("            used();");
        }
        line("        }");
        line("    }");
    }

    private static String variables(ExecutableElement method) {
        List<? extends TypeParameterElement> variables = method.getTypeParameters();
        return variables.isEmpty()
                ? ""
                : variables.stream().map(TypeParameterElement::toString).collect(Collectors.joining(", ", "<", "> "));
    }

    private static String result(ExecutableElement method, String call, List<String> names) {
        TypeMirror type = method.getReturnType();
        if (type.getKind() == TypeKind.VOID) {
            return call;
        }
        if (type.getKind() == TypeKind.TYPEVAR) { // getObject(.., Class<T>): the class comes last
            return "return wrapped(" + call + ", " + names.get(names.size() - 1) + ")";
        }
        return WRAPPED.contains(type.toString()) ? "return wrapped(" + call + ")" : "return " + call;
    }

    /** Whether a call may have begun a transaction. */
    private boolean isUse(ExecutableElement method) {
        return !contract.getQualifiedName().contentEquals("java.sql.ResultSet")
                || !READS_A_ROW.matcher(method.getSimpleName()).matches();
    }

    /** Names of parameters, after their types: those of the JDK are not in what javac reads. */
    private List<String> names(ExecutableElement method) {
        List<String> names = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (VariableElement parameter : method.getParameters()) {
            String base = baseName(parameter.asType());
            String name = base;
            for (int number = 2; !taken.add(name); number++) {
                name = base + number;
            }
            names.add(name);
        }
        return names;
    }

    private String baseName(TypeMirror type) {
        return switch (type.getKind()) {
            case BOOLEAN -> "isSet";
            case BYTE, SHORT, INT, LONG, FLOAT, DOUBLE -> "number";
            case ARRAY -> lowered(shortened(type).replace("[]", "")) + "s";
            default -> {
                String simple = type.toString().replaceAll("<.*", "").replaceAll(".*\\.", "");
                yield simple.equals("Class") ? "type" : lowered(simple);
            }
        };
    }

    private static String lowered(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private String shortened(TypeMirror type) {
        String own = elements.getPackageOf(handle).getQualifiedName() + ".";
        return IMPORTED.matcher(type.toString().replace(own, "")).replaceAll("");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
