package dev.skein.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.Flash;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault is another time that the report counts, or an error that names it. */
class FaultsTest {
    private static final Drive DRIVE = Drives.load("instcsd");

    private static List<Command> commands() {
        return new AttentionStep(new Attention.Dense(), 4, 8, 1, 128, 1024).commands(DRIVE);
    }

    private static DriveReport run(FaultPlan plan) {
        return new DriveMachine(DRIVE, plan).run(commands());
    }

    private static String refusal(FaultPlan plan) {
        return assertThrows(DriveFaultException.class, () -> run(plan)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lockStep", "pipelined"})
    void retriesAreAsFrequentAsTheFileSays(String controller) {
        Drive drive = TestDrives.with("instcsd", "flash.controller=" + controller);
        var step = new AttentionStep(new Attention.Dense(), 16, 40, 1, 128, 2048);
        DriveReport still = new DriveMachine(drive).run(step.commands(drive));
        DriveReport report = new DriveMachine(drive, FaultPlan.retries(7))
                .run(step.commands(drive));
        double perRead = (double) report.counts().retries() / report.counts().pagesRead();
        assertEquals(0, still.counts().retries());
        // 163,840 reads: four standard deviations of the mean are 0.00054.
        assertEquals(0.003, perRead, 0.00054);
        double slower = (double) report.picos() / still.picos() - 1;
        assertTrue(slower > 0 && slower < 0.02, controller + ": " + slower);
    }

    @Test
    void aRetriedReadTakesAnotherRound() {
        Drive drive = DRIVE.withFlash(DRIVE.flash().withErrors(new Flash.Errors(1e9, 3)));
        List<Command> one = TestDrives.pages(drive, FlashOperation.READ, 1, 0);
        DriveReport report = new DriveMachine(drive, FaultPlan.retries(1)).run(one);
        assertEquals(3, report.counts().retries(), "an array in which each first read fails");
        long round = 290_000 + drive.flash().timing().tRPicos() + drive.flash().transferPicos();
        assertEquals(new DriveMachine(drive).run(one).picos() + 3 * round, report.picos());
    }

    @Test
    void aPageThatCannotBeReadIsNamed() {
        String message = refusal(FaultPlan.NONE.withFailedPage(100));
        assertTrue(message.matches("a page in plane \\d+ of channel \\d cannot be read after 5"
                + " retries \\(planted fault\\); the command fails"), message);
    }

    @Test
    void aDieThatDoesNotAnswerIsNamed() {
        assertEquals("die 3 of channel 5 does not answer (planted fault); what is on it is lost",
                refusal(FaultPlan.NONE.withFailedDie(5, 3)));
    }

    @Test
    void powerCutAndRemovalSayWhatWasCompleted() {
        long half = run(FaultPlan.NONE).picos() / 2;
        assertTrue(refusal(FaultPlan.NONE.withPowerCut(half)).matches(
                "power cut after \\S+ s \\(planted fault\\): [1-3] of 4 commands are completed,"
                + " [1-3] are lost"));
        assertTrue(refusal(FaultPlan.NONE.withRemoval(half)).startsWith("drive removed after "));
        assertTrue(refusal(FaultPlan.NONE.withPowerCut(0)).contains(": 0 of 4 commands"));
    }

    /** Later than the last completion, nothing is lost. */
    @Test
    void aPowerCutAfterTheLastCompletionIsNone() {
        DriveReport still = run(FaultPlan.NONE);
        assertEquals(still, run(FaultPlan.NONE.withPowerCut(still.picos() + 1)));
    }

    @Test
    void aLostCompletionCostsTheTimeout() {
        DriveReport still = run(FaultPlan.NONE);
        DriveReport report = run(FaultPlan.NONE.withLostCompletion(2));
        assertEquals(1, report.counts().askedAgain());
        for (int c = 0; c < 4; c++) {
            if (c != 2) {
                assertEquals(still.completions().get(c), report.completions().get(c));
            }
        }
        long timeout = DRIVE.link().timeoutPicos();
        long late = report.completions().get(2) - timeout;
        assertTrue(late > 0 && late < still.picos(), "asked after the timeout: " + late);
    }
}
