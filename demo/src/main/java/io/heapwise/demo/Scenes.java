package io.heapwise.demo;

import io.heapwise.demo.connections.ConnectionsScene;
import io.heapwise.demo.echo.EchoScene;
import io.heapwise.demo.lines.LinesScene;
import io.heapwise.demo.pages.PagesScene;
import io.heapwise.demo.sessions.SessionsScene;
import io.heapwise.demo.wordnet.WordNetScene;
import java.util.List;
import java.util.Optional;

/** The scenes there are. The first is the one that runs when none is asked for. */
public final class Scenes {

    private static final List<Scene> ALL = List.of(
            new WordNetScene(),
            new SessionsScene(),
            LinesScene.ofOrdinaryLines(),
            LinesScene.withOneLongLine(),
            new PagesScene(),
            new EchoScene(),
            new ConnectionsScene());

    private Scenes() {}

    public static List<Scene> all() {
        return ALL;
    }

    public static Optional<Scene> named(String name) {
        return ALL.stream().filter(scene -> scene.name().equals(name)).findFirst();
    }

    public static Optional<Contestant> contestant(Scene scene, String name) {
        return scene.contestants().stream()
                .filter(contestant -> contestant.name().equals(name))
                .findFirst();
    }
}
