package dev.skein.compiler.frontend.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Collects the bytes of tokens and gives out whole characters. */
final class TextDecoder implements Tokenizer.Decoder {

    private static final int LONGEST_CHARACTER_BYTES = 4;

    private final BpeTokenizer tokenizer;
    private final boolean dropsLeadingSpace;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE);
    private byte[] held = new byte[0];
    private boolean started;

    TextDecoder(BpeTokenizer tokenizer, boolean dropsLeadingSpace) {
        this.tokenizer = tokenizer;
        this.dropsLeadingSpace = dropsLeadingSpace;
    }

    @Override
    public String next(int id) {
        byte[] bytes = tokenizer.textBytes(id);
        if (bytes.length == 0) {
            return "";
        }
        boolean drop = dropsLeadingSpace && !started && bytes[0] == ' ';
        started = true;
        ByteBuffer in = ByteBuffer.allocate(held.length + bytes.length);
        in.put(held).put(bytes, drop ? 1 : 0, bytes.length - (drop ? 1 : 0)).flip();
        return decode(in, false);
    }

    @Override
    public String finish() {
        String rest = decode(ByteBuffer.wrap(held), true);
        held = new byte[0];
        started = false;
        return rest;
    }

    private String decode(ByteBuffer in, boolean end) {
        CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER_BYTES);
        utf8.reset();
        utf8.decode(in, out, end);
        if (end) {
            utf8.flush(out);
        }
        held = new byte[in.remaining()];
        in.get(held);
        return out.flip().toString();
    }
}
