package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text that {@link Disassembler} prints: a mnemonic, then {@code name=value} for every
 * component in any order, then optionally {@code wait=} and {@code release=} with units. Numbers
 * are decimal or {@code 0x} hexadecimal; what follows {@code ;} is a comment. Names and values of
 * enums may be in either case.
 */
public final class Assembler {
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern EXTENT =
            Pattern.compile("(?:(tokens)|(ctx)|(tile))(?:\\*(\\w+)|\\((\\w+)\\))?|(\\w+)");

    private final String line;
    private final int number;
    private int column;

    private Assembler(String line, int number) {
        this.line = line;
        this.number = number;
    }

    /**
     * All instructions of a text.
     *
     * @throws ProgramException with one line: line, column, field, found and allowed
     */
    public static List<Instruction> assemble(String text) {
        var out = new ArrayList<Instruction>();
        int number = 0;
        for (String line : text.lines().toList()) {
            int comment = line.indexOf(';');
            String code = comment < 0 ? line : line.substring(0, comment);
            number++;
            if (!code.isBlank()) {
                out.add(new Assembler(code, number).instruction());
            }
        }
        return out;
    }

    private Instruction instruction() {
        Matcher words = WORD.matcher(line);
        words.find();
        column = words.start();
        Layout layout = Layout.of(opcode(words.group()));
        List<Component> components = layout.components();
        Object[] values = new Object[components.size()];
        int[] sets = {-1, -1};
        while (words.find()) {
            column = words.start();
            int equals = words.group().indexOf('=');
            if (equals < 0) {
                throw fault(words.group(), "name=value");
            }
            String name = words.group().substring(0, equals);
            String value = words.group().substring(equals + 1);
            int set = name.equals("wait") ? 0 : name.equals("release") ? 1 : -1;
            boolean again;
            if (set >= 0) {
                again = sets[set] >= 0;
                sets[set] = units(name, value);
            } else {
                int i = find(layout, name);
                again = values[i] != null;
                values[i] = value(components.get(i), value);
            }
            if (again) {
                throw fault("field " + name + " again", "each field once");
            }
        }
        column = line.stripTrailing().length();
        for (int i = 0; i < values.length; i++) {
            Component c = components.get(i);
            if (c.kind() == Component.Kind.TOKENS) {
                values[i] = new Tokens(Math.max(0, sets[0]), Math.max(0, sets[1]));
            } else if (values[i] == null) {
                throw fault("no field " + c.name(), "all of " + names(layout));
            }
        }
        return layout.create(values);
    }

    private Opcode opcode(String mnemonic) {
        for (Opcode o : Opcode.values()) {
            if (o.mnemonic().equalsIgnoreCase(mnemonic)) {
                return o;
            }
        }
        throw fault("instruction " + mnemonic, "one of "
                + List.of(Opcode.values()).stream().map(Opcode::mnemonic).toList());
    }

    private int find(Layout layout, String name) {
        List<Component> components = layout.components();
        for (int i = 0; i < components.size(); i++) {
            if (components.get(i).name().equals(name)
                    && components.get(i).kind() != Component.Kind.TOKENS) {
                return i;
            }
        }
        throw fault("field " + name, layout.opcode().mnemonic() + " has " + names(layout)
                + ", wait, release");
    }

    private static List<String> names(Layout layout) {
        return layout.components().stream().filter(c -> c.kind() != Component.Kind.TOKENS)
                .map(Component::name).toList();
    }

    private Object value(Component c, String text) {
        return switch (c.kind()) {
            case INT, LONG -> c.value(number(c, text), 0);
            case BOOLEAN -> switch (text) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw wrong(c.name(), text, "true or false");
            };
            case ENUM -> {
                for (Object constant : c.constants()) {
                    if (constant.toString().equalsIgnoreCase(text)) {
                        yield constant;
                    }
                }
                throw wrong(c.name(), text, c.allowed().toLowerCase(Locale.ROOT));
            }
            case FLOAT -> floating(c, text);
            case EXTENT -> extent(c, text);
            case TOKENS -> throw new IllegalStateException("tokens have names of their own");
        };
    }

    private long number(Component c, String text) {
        long value;
        try {
            value = Long.decode(text.isEmpty() || text.charAt(0) == '0' && text.length() > 1
                    && Character.isDigit(text.charAt(1)) ? "octal" : text);
        } catch (NumberFormatException e) {
            throw wrong(c.name(), text, "a number " + c.allowed());
        }
        if (value < c.min() || value > c.max() || value % c.field().granule() != 0) {
            throw wrong(c.name(), text, c.allowed());
        }
        return value;
    }

    private Object floating(Component c, String text) {
        try {
            if (text.startsWith("bits(0x") && text.endsWith(")")) {
                return Float.intBitsToFloat(
                        Integer.parseUnsignedInt(text.substring(7, text.length() - 1), 16));
            }
            float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Not a number: the same answer as for one that does not fit.
        }
        throw wrong(c.name(), text, "a finite binary32 number or bits(0x...)");
    }

    private Object extent(Component c, String text) {
        Matcher m = EXTENT.matcher(text);
        if (m.matches()) {
            if (m.group(6) != null) {
                return Extent.fixed((int) number(c, text));
            }
            boolean tile = m.group(3) != null;
            String imm = tile ? m.group(5) : m.group(4);
            if (imm != null) {
                int n = (int) number(c, imm);
                return m.group(1) != null ? Extent.tokens(n)
                        : tile ? Extent.tile(n) : Extent.context(n);
            }
            if (!tile && m.group(5) == null) {
                return m.group(1) != null ? Extent.tokens(1) : Extent.context(1);
            }
        }
        throw wrong(c.name(), text, "n, tokens*n, ctx*n or tile(n), n " + c.allowed());
    }

    private int units(String name, String text) {
        int set = 0;
        for (String part : text.split(",", -1)) {
            int bit = 0;
            for (Unit u : Unit.values()) {
                if (u.ordinal() < Unit.QUEUED && u.name().equalsIgnoreCase(part)) {
                    bit = u.bit();
                }
            }
            if (bit == 0 || (set & bit) != 0) {
                throw wrong(name, text, "each of LD, ST, MPE, SFU, SYS at most once, separated by"
                        + " commas");
            }
            set |= bit;
        }
        return set;
    }

    private ProgramException wrong(String field, String found, String allowed) {
        return fault("field " + field + ": " + found, allowed);
    }

    private ProgramException fault(String found, String allowed) {
        return new ProgramException("line " + number + ", column " + (column + 1) + ", " + found
                + "; " + allowed);
    }
}
