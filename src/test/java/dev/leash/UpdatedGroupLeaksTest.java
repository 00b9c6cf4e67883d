package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of services that a group has had. */
@Timeout(300)
class UpdatedGroupLeaksTest extends RunsCommands {
    private static Service service(String name) {
        return Service.of(name, Command.of("sleep", "1000"));
    }

    private static final class Sink implements Flow.Subscriber<ServiceEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ServiceEvent event) {}

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void aThousandUpdatesLeaveNothingBehind() throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(service("stays")));
        List<WeakReference<ServiceHandle>> gone = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            group.update(
                    ServiceGroup.of(service("stays"), service("other" + number).after("stays")));
            ServiceHandle handle = group.services().getLast();
            handle.events().subscribe(new Sink());
            gone.add(new WeakReference<>(handle));
            if (number % 50 == 0) {
                group.awaitReady(Eventually.PATIENCE);
            }
        }
        group.service("stays").events().subscribe(new Sink());
        group.update(ServiceGroup.of(service("stays")));
        Eventually.eventually("one is active", () -> supervisor.stats().services() == 1);
        Eventually.eventually("one is published", () -> supervisor.services().publishedCount() == 1);
        Eventually.eventually("all handles are forgotten", () -> {
            System.gc();
            return gone.stream().allMatch(handle -> handle.refersTo(null));
        });
        assertEquals(0, supervisor.stats().failedServices());
    }
}
