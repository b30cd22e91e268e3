package dev.skein.compiler.frontend.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/**
 * GPT-2's printable stand-ins for the 256 bytes, in which byte-level vocabularies are written:
 * printable Latin-1 characters stand for themselves, the others for U+0100 onwards.
 */
final class ByteAlphabet {

    private static final char[] CHARACTER_OF = new char[256];
    private static final int[] BYTE_OF = new int[0x144];

    static {
        Arrays.fill(BYTE_OF, -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            CHARACTER_OF[b] = (char) (printable ? b : next++);
            BYTE_OF[CHARACTER_OF[b]] = b;
        }
    }

    private ByteAlphabet() {
    }

    /** The stand-in for a byte, 0 to 255. */
    static char character(int value) {
        return CHARACTER_OF[value];
    }

    /** The bytes a token is written for, or empty where a character is no stand-in. */
    static Optional<byte[]> bytes(String written) {
        byte[] bytes = new byte[written.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = written.charAt(i);
            if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) BYTE_OF[c];
        }
        return Optional.of(bytes);
    }
}
