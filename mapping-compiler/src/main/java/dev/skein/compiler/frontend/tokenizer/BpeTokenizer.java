package dev.skein.compiler.frontend.tokenizer;

import dev.skein.compiler.frontend.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Byte-pair encoding in both its kinds, over bytes (GPT-2, LLaMA 3, Qwen) and over characters
 * with bytes to fall back on (SentencePiece: LLaMA 1 and 2, Mistral).
 *
 * <p>A text is cut at its added tokens, each stretch normalised and split into words, and each
 * word merged. The steps a definition does not have fall away.
 */
public final class BpeTokenizer implements Tokenizer {

    /** How much longer a text may become by normalising; NFKD alone reaches 18 times. */
    private static final long MAX_GROWTH = 64;

    private final TokenizerDefinition definition;
    private final Vocabulary vocabulary;
    private final AddedTokens added;

    /**
     * Prepares a tokenizer.
     *
     * @throws FormatException if merges name tokens that are not there, or characters exist that
     *     the vocabulary could not encode
     */
    public BpeTokenizer(TokenizerDefinition definition) {
        this.definition = definition;
        vocabulary = new Vocabulary(definition);
        added = new AddedTokens(definition.added());
    }

    /** What it was made from. */
    public TokenizerDefinition definition() {
        return definition;
    }

    @Override
    public int[] encode(String text, boolean parseControl) {
        Ids ids = new Ids();
        Merger merger = new Merger(vocabulary.merges());
        added.cut(text, parseControl, new AddedTokens.Sink() {
            @Override
            public void text(String stretch, boolean first) {
                encodeStretch(stretch, first, merger, ids);
            }

            @Override
            public void token(int id) {
                ids.add(id);
            }
        });
        return ids.toArray();
    }

    private void encodeStretch(String stretch, boolean first, Merger merger, Ids ids) {
        String normal = stretch;
        for (Normalization step : definition.normalizations()) {
            normal = step.apply(normal);
            if (normal.length() > MAX_GROWTH * (stretch.length() + 1L)) {
                throw error("normalizer", normal.length() + " characters from "
                        + stretch.length(), "it lengthens a text at most " + MAX_GROWTH
                        + " times");
            }
        }
        if (normal.isEmpty()) {
            return;
        }
        try {
            WordSplit.split(definition.splits(), normal, first, word -> {
                switch (definition.alphabet()) {
                    case BYTES -> encodeBytes(word, merger, ids);
                    case CHARACTERS -> encodeCharacters(word, merger, ids);
                }
            });
        } catch (IllegalStateException e) {
            throw error("pre_tokenizer", e.getMessage(), "a pattern takes few steps a character");
        }
    }

    private void encodeBytes(String word, Merger merger, Ids ids) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        if (definition.options().wholeWords()) {
            StringBuilder written = new StringBuilder(bytes.length);
            for (byte b : bytes) {
                written.append(ByteAlphabet.character(b & 0xFF));
            }
            int whole = vocabulary.whole(written.toString());
            if (whole >= 0) {
                ids.add(whole);
                return;
            }
        }
        merger.start(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            merger.set(i, vocabulary.byteSymbol(bytes[i] & 0xFF));
        }
        merger.run();
        int lastUnknown = -2;
        for (int i = 0; i < bytes.length; i++) {
            if (merger.starts(i)) {
                if (merger.symbol(i) < vocabSize()) {
                    ids.add(merger.symbol(i));
                } else {
                    lastUnknown = addUnknown(i, lastUnknown, ids);
                }
            }
        }
    }

    private void encodeCharacters(String word, Merger merger, Ids ids) {
        int whole = definition.options().wholeWords() ? vocabulary.whole(word) : -1;
        if (whole >= 0) {
            ids.add(whole);
            return;
        }
        int[] codes = word.codePoints().toArray();
        merger.start(codes.length);
        for (int i = 0; i < codes.length; i++) {
            merger.set(i, vocabulary.character(codes[i]));
        }
        merger.run();
        int lastUnknown = -2;
        for (int i = 0; i < codes.length; i++) {
            if (merger.starts(i)) {
                if (merger.symbol(i) < vocabSize()) {
                    ids.add(merger.symbol(i));
                } else if (!addBytes(codes[i], ids)) {
                    lastUnknown = addUnknown(i, lastUnknown, ids);
                }
            }
        }
    }

    /** Adds the byte tokens of a character if all exist. */
    private boolean addBytes(int code, Ids ids) {
        if (!definition.options().byteFallback()) {
            return false;
        }
        byte[] bytes = Character.toString(code).getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (vocabulary.byteSymbol(b & 0xFF) < 0) {
                return false;
            }
        }
        for (byte b : bytes) {
            ids.add(vocabulary.byteSymbol(b & 0xFF));
        }
        return true;
    }

    private int addUnknown(int index, int lastUnknown, Ids ids) {
        if (lastUnknown != index - 1 || !definition.options().fuseUnknown()) {
            ids.add(definition.unknown().orElseThrow());
        }
        return index;
    }

    /** Bytes that an id adds to a text: none for a control token. */
    byte[] textBytes(int id) {
        requireId(id);
        return switch (definition.kinds().get(id)) {
            case NORMAL, BYTE, ADDED -> vocabulary.bytes(id);
            case UNKNOWN, CONTROL, UNUSED -> new byte[0];
        };
    }

    @Override
    public byte[] tokenBytes(int id) {
        requireId(id);
        return vocabulary.bytes(id).clone();
    }

    @Override
    public boolean isControl(int id) {
        requireId(id);
        return switch (definition.kinds().get(id)) {
            case UNKNOWN, CONTROL -> true;
            case NORMAL, BYTE, ADDED, UNUSED -> false;
        };
    }

    @Override
    public int vocabSize() {
        return definition.tokens().size();
    }

    @Override
    public OptionalInt bos() {
        return definition.bos();
    }

    @Override
    public boolean addsBos() {
        return definition.options().addsBos();
    }

    @Override
    public Set<Integer> endOfText() {
        return definition.endOfText();
    }

    @Override
    public Decoder streaming() {
        return new TextDecoder(this, definition.options().dropsLeadingSpace());
    }

    private void requireId(int id) {
        if (id < 0 || id >= vocabSize()) {
            throw new IllegalArgumentException("token id " + id + " is outside the vocabulary of "
                    + vocabSize());
        }
    }

    private FormatException error(String field, Object found, String rule) {
        return new FormatException(definition.source(), FormatException.NO_OFFSET, field, found,
                rule, "use the tokenizer as it was published");
    }
}
