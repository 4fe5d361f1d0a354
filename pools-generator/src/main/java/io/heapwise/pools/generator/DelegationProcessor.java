package io.heapwise.pools.generator;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.tools.Diagnostic;

/**
 * Writes a proxy for each class annotated with {@code DelegatesTo}. Invariant: a proxy has each method of its interface as the
 * release that is compiled for knows it, whatever JDK compiles, since both see the same signatures.
 */
public final class DelegationProcessor extends AbstractProcessor {
    private static final String ANNOTATION = "io.heapwise.pools.jdbc.DelegatesTo";

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(ANNOTATION);
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (TypeElement annotation : annotations) {
            for (Element annotated : round.getElementsAnnotatedWith(annotation)) {
                write((TypeElement) annotated, interfaceOf(annotated));
            }
        }
        return false; // claims nothing: other processors may want to see it too
    }

    private static TypeElement interfaceOf(Element annotated) {
        for (AnnotationMirror mirror : annotated.getAnnotationMirrors()) {
            if (mirror.getAnnotationType().toString().equals(ANNOTATION)) {
                for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
                        mirror.getElementValues().entrySet()) {
                    return (TypeElement) ((DeclaredType) entry.getValue().getValue()).asElement();
                }
            }
        }
        throw new IllegalStateException("class=" + annotated + " (expected an interface in its annotation)");
    }

    private void write(TypeElement handle, TypeElement contract) {
        ProxySource source = new ProxySource(processingEnv.getElementUtils(), handle, contract);
        try (Writer out = processingEnv
                .getFiler()
                .createSourceFile(source.qualifiedName(), handle)
                .openWriter()) {
            out.write(source.text());
        } catch (IOException e) {
            processingEnv
                    .getMessager()
                    .printMessage(Diagnostic.Kind.ERROR, "proxy=" + source.qualifiedName() + ": " + e, handle);
        }
    }
}
