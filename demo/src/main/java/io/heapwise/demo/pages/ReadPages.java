package io.heapwise.demo.pages;

import io.heapwise.demo.Contestant;
import java.io.IOException;
import java.nio.file.Files;

/** What all contestants of the scene do; they differ in how they go from page to page, and in nothing else. */
abstract class ReadPages implements Contestant {

    /** Processes all items of the service. */
    abstract void read(PageClient client, ItemWork work) throws IOException;

    @Override
    public final void run(Task task) throws IOException {
        int port = Integer.parseInt(Files.readString(task.folder().resolve(PagesScene.PORT)));
        PageClient client = new PageClient(port);
        ItemWork work = new ItemWork(task.meter());
        task.meter()
                .measureHeld(
                        () -> Math.max(0, client.itemsFetched() - task.meter().operations()));
        read(client, work);
        task.meter().tell(work.result());
    }
}
