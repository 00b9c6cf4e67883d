package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/** Programs that are started once and then asked many times: a line for each question, a line for each answer. */
public class WorkerPool {
    private static final Command SQUARES = Command.shell("while read n; do echo $((n * n)); done");

    private final Supervisor supervisor;
    private final BlockingQueue<Worker> idle = new LinkedBlockingQueue<>();

    // @start region=worker
    record Worker(Child child, BufferedReader answers) {
        static Worker start(Supervisor supervisor, Command command) throws IOException {
            Child child = supervisor.start(command.stdin(Stdin.pipe()).stdout(Output.pipe()));
            return new Worker(child, new BufferedReader(new InputStreamReader(child.stdout(), UTF_8)));
        }

        String ask(String question) throws IOException {
            child.stdin().write((question + "\n").getBytes(UTF_8));
            String answer = answers.readLine();
            if (answer == null) {
                throw new EOFException("no answer from " + child);
            }
            return answer;
        }
    }
    // @end

    WorkerPool(Supervisor supervisor, int size) throws IOException {
        this.supervisor = supervisor;
        for (int worker = 0; worker < size; worker++) {
            idle.add(Worker.start(supervisor, SQUARES));
        }
    }

    // @start region=ask
    String ask(String question) throws IOException, InterruptedException {
        Worker worker = idle.take();
        try {
            return worker.ask(question);
        } catch (IOException e) {
            worker.child().kill();
            worker = Worker.start(supervisor, SQUARES);
            throw e;
        } finally {
            idle.add(worker);
        }
    }
    // @end

    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create();
                var askers = Executors.newVirtualThreadPerTaskExecutor()) {
            var pool = new WorkerPool(supervisor, 4);
            try {
                pool.ask("1 +");
            } catch (EOFException e) {
                System.out.println("one has died of its question, and has a successor");
            }
            var answers = IntStream.rangeClosed(1, 100)
                    .mapToObj(n -> askers.submit(() -> Integer.parseInt(pool.ask("" + n))))
                    .toList();
            int sum = 0;
            for (var answer : answers) {
                sum += answer.get();
            }
            System.out.println("the sum of a hundred squares is " + sum);
        }
    }
}
