package dev.leash.benchmarks.worker;

import dev.leash.benchmarks.contender.Contender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A JVM in which one contender works: {@code Worker CONTENDER [GIBIBYTES]}, the second being how much live heap it has
 * besides. It reads a line {@code WORK ARGUMENT…} and answers with a line {@code ok NUMBER…}, or {@code cannot REASON}.
 * {@code native/floor.c} speaks the same.
 */
public final class Worker {
    private Worker() {}

    public static void main(String[] args) throws Exception {
        Ballast ballast = args.length > 1 ? Ballast.of(Integer.parseInt(args[1])) : Ballast.NONE;
        PrintStream answers = System.out;
        System.setOut(System.err); // libraries that print shall not break the protocol
        try (Contender contender = Contender.of(args[0])) {
            Works works = new Works(contender);
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                answers.println(answer(works, List.of(line.split(" "))));
            }
            works.release();
        }
        ballast.keep();
        System.exit(0); // whatever threads a contender has left behind
    }

    private static String answer(Works works, List<String> order) throws IOException {
        try {
            StringBuilder answer = new StringBuilder("ok");
            works.run(order.getFirst(), order.subList(1, order.size()))
                    .forEach(number -> answer.append(' ').append(number));
            return answer.toString();
        } catch (UnsupportedOperationException e) {
            return "cannot " + e.getMessage();
        } catch (Exception | Error e) {
            e.printStackTrace();
            return "error " + e.toString().replace('\n', ' ');
        }
    }
}
