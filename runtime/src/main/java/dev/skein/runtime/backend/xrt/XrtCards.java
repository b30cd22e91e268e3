package dev.skein.runtime.backend.xrt;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.ffi.xrt.XrtException;
import dev.skein.hls.board.Board;
import dev.skein.runtime.backend.cards.CardsAccelerator;
import dev.skein.runtime.backend.cards.Parts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Several cards, each in a process of its own with its part of a model.
 *
 * @param parts of the model
 * @param numbers of the cards, by part
 * @param devices by part
 */
public record XrtCards(Parts parts, List<Integer> numbers, List<XrtAccelerator> devices) {
    /** Copies the lists. */
    public XrtCards {
        numbers = List.copyOf(numbers);
        devices = List.copyOf(devices);
    }

    /**
     * Opens all cards as {@link XrtCard#deploy} does one; if one refuses, none stays open.
     *
     * @param artifact its file, for messages
     * @param shell the shell that is on the cards, if the user named it
     * @throws IOException if a file cannot be read, or there is no XRT
     * @throws FpgaException if a card refuses, naming it
     */
    public static XrtCards deploy(String artifact, Executable executable, Board board,
            XrtOptions options, Optional<String> shell) throws IOException {
        options.require(executable.cards(), executable.board());
        Parts parts = Parts.of(executable, board);
        var devices = new ArrayList<XrtAccelerator>();
        try {
            for (int part = 0; part < parts.cards().size(); part++) {
                int card = options.cards().get(part);
                try {
                    devices.add(XrtCard.deploy(artifact, parts.cards().get(part), board,
                            options.only(card), shell));
                } catch (FpgaException | XrtException e) {
                    throw failed(card, e);
                }
            }
            return new XrtCards(parts, options.cards(), devices);
        } catch (IOException | RuntimeException e) {
            try {
                CardsAccelerator.closeAll(ports(devices));
            } catch (RuntimeException after) {
                e.addSuppressed(after);
            }
            throw e;
        }
    }

    private static FpgaException failed(int card, RuntimeException e) {
        var failed = new FpgaException("card " + card + ": " + e.getMessage());
        failed.initCause(e);
        return failed;
    }

    /** Bytes that {@link #load} moves, and {@link #verify} moves back. */
    public long bytes() {
        return devices.stream().mapToLong(XrtAccelerator::bytes).sum();
    }

    /**
     * Writes all channels of all cards.
     *
     * @param progress is told the bytes written since it was told last
     */
    public void load(LongConsumer progress) {
        for (int i = 0; i < devices.size(); i++) {
            try {
                devices.get(i).load(progress);
            } catch (FpgaException | XrtException e) {
                throw failed(numbers.get(i), e);
            }
        }
    }

    /**
     * Reads all channels of all cards back and compares them with the artifact.
     *
     * @param progress is told the bytes read since it was told last
     * @return CRC32C of each channel by card and name, in order
     * @throws FpgaException if one differs, naming the card
     */
    public Map<String, Long> verify(LongConsumer progress) {
        var out = new LinkedHashMap<String, Long>();
        for (int i = 0; i < devices.size(); i++) {
            int card = numbers.get(i);
            try {
                devices.get(i).verify(progress).forEach((name, sum) ->
                        out.put("card " + card + " " + name, sum));
            } catch (FpgaException | XrtException e) {
                throw failed(card, e);
            }
        }
        return out;
    }

    /** What runs steps on all of them; closing it closes the cards. */
    public CardsAccelerator accelerator() {
        return new CardsAccelerator(parts, ports(devices));
    }

    private static List<XrtPort> ports(List<XrtAccelerator> devices) {
        return devices.stream().map(XrtPort::new).toList();
    }
}
