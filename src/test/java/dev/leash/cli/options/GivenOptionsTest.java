package dev.leash.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.cli.batch.BatchCommandLine;
import dev.leash.cli.batch.BatchHelp;
import dev.leash.cli.bench.BenchCommandLine;
import dev.leash.cli.bench.BenchHelp;
import dev.leash.cli.control.ControlCommand;
import dev.leash.cli.control.ControlCommandLine;
import dev.leash.cli.control.ControlHelp;
import dev.leash.cli.export.ExportCommandLine;
import dev.leash.cli.export.ExportHelp;
import dev.leash.cli.help.CommandForm;
import dev.leash.cli.help.Help;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.run.RunCommandLine;
import dev.leash.cli.run.RunHelp;
import dev.leash.cli.up.UpCommandLine;
import dev.leash.cli.up.UpHelp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GivenOptionsTest {
    private static final List<Form> FORMS = List.of(
            Form.value("--value", "X"), Form.flag("--flag"), new Form("--jobs", 'j', "N"), new Form("--help", 'h', ""));

    private static GivenOptions parse(String... arguments) throws UsageException {
        return GivenOptions.parse("cmd", FORMS, List.of(arguments), false);
    }

    private static String error(String... arguments) {
        String message = String.valueOf(
                assertThrows(UsageException.class, () -> parse(arguments)).getMessage());
        assertTrue(message.endsWith("; try 'leash cmd --help'"), message);
        return message.substring(0, message.indexOf(';'));
    }

    @Test
    void valuesAreJoinedOrApartAndAnything() throws UsageException {
        assertEquals("a=b", parse("--value=a=b").value("--value"));
        assertEquals("", parse("--value=").value("--value"));
        assertEquals("", parse("--value", "").value("--value"));
        assertEquals("--flag", parse("--value", "--flag").value("--value"));
        assertEquals("--", parse("--value", "--").value("--value"));
        for (String[] line : new String[][] {{"-j8"}, {"-j", "8"}, {"-j=8"}, {"--jobs=8"}, {"--jobs", "8"}}) {
            assertEquals("8", parse(line).value("--jobs"));
        }
        assertNull(parse("x").value("--value"));
        assertEquals(List.of("1", "2"), parse("--value=1", "x", "--value", "2").values("--value"));
        assertEquals("2", parse("--value=1", "x", "--value", "2").value("--value"), "the last one counts");
    }

    @Test
    void optionsAndOperandsMayBeMixedUntilTheyEnd() throws UsageException {
        GivenOptions given = parse("a", "--flag", "-", "--", "--value", "--", "-h");
        assertTrue(given.has("--flag"));
        assertFalse(given.asksForHelp());
        assertEquals(List.of("a", "-", "--value", "--", "-h"), given.operands());
        GivenOptions program = GivenOptions.parse("cmd", FORMS, List.of("--flag", "a", "--value", "-x"), true);
        assertEquals(List.of("a", "--value", "-x"), program.operands());
        assertEquals(
                List.of("", "--"),
                GivenOptions.parse("cmd", FORMS, List.of("", "--"), true).operands());
    }

    @Test
    void helpIsEnough() throws UsageException {
        assertTrue(parse("--help", "--no-such").asksForHelp());
        assertTrue(parse("-h", "-j").asksForHelp());
    }

    @Test
    void nonsenseIsOneSentenceWithTheWordInQuestion() {
        assertEquals("there is no option '--no'", error("--no"));
        assertEquals("there is no option '--no'", error("--no=x"));
        assertEquals("there is no option '--val' (did you mean '--value'?)", error("--val", "x"));
        assertEquals("there is no option '-x'", error("-x"));
        assertEquals("there is no option '-obs'", error("-obs"));
        assertEquals("'--value' needs a value, --value=X", error("--value"));
        assertEquals("'-j' needs a value, -j N", error("-j"));
        assertEquals("'--flag' takes no value, and was given 'x'", error("--flag=x"));
    }

    @Test
    void helpTellsOfEachOptionThatThereIsAndOfNoOther() {
        assertEquals(told("run", RunHelp.TEXT), RunCommandLine.FORMS);
        assertEquals(told("batch", BatchHelp.TEXT), BatchCommandLine.FORMS);
        assertEquals(told("bench", BenchHelp.TEXT), BenchCommandLine.FORMS);
        assertEquals(told("up", UpHelp.TEXT), UpCommandLine.FORMS);
        assertEquals(told("export", ExportHelp.TEXT), ExportCommandLine.FORMS);
        for (String command : ControlCommand.NAMES) {
            assertEquals(told(command, ControlHelp.of(command)), ControlCommandLine.forms(command));
        }
    }

    private static List<Form> told(String command, String help) {
        List<Form> forms = new ArrayList<>();
        for (CommandForm.Option option : CommandForm.of(command, help).options()) {
            char letter = option.names().size() == 1
                    ? '\0'
                    : option.names().getFirst().charAt(1);
            forms.add(new Form(option.names().getLast(), letter, option.label()));
        }
        return forms;
    }

    @Test
    void helpFitsIntoATerminal() {
        List<String> texts =
                new ArrayList<>(List.of(RunHelp.TEXT, BatchHelp.TEXT, UpHelp.TEXT, ExportHelp.TEXT, Help.LEASH));
        ControlCommand.NAMES.forEach(command -> texts.add(ControlHelp.of(command)));
        for (String help : texts) {
            help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
            assertTrue(help.endsWith("\n"));
        }
    }
}
