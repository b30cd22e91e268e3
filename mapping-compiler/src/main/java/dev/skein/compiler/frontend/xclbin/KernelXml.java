package dev.skein.compiler.frontend.xclbin;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.xclbin.Xclbin.Argument;
import dev.skein.compiler.frontend.xclbin.Xclbin.Kernel;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The kernels in EMBEDDED_METADATA: elements {@code kernel} with elements {@code arg} and
 * {@code instance} in them, wherever they are; the rest is passed over.
 */
final class KernelXml {
    private static final String FIELD = "EMBEDDED_METADATA";
    private static final Pattern HEX = Pattern.compile("0[xX][0-9a-fA-F]{1,8}");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}");
    private static final XMLInputFactory FACTORY = factory();

    private final Fields fields;
    private final long offset;
    private final XclbinLimits limits;
    private final List<Kernel> kernels = new ArrayList<>();
    private String kernel;
    private List<Argument> arguments;
    private List<String> instances;

    private KernelXml(Fields fields, long offset, XclbinLimits limits) {
        this.fields = fields;
        this.offset = offset;
        this.limits = limits;
    }

    /** The JDK's own parser, whatever is on the class path; it loads nothing. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    /**
     * Parses the text of the section.
     *
     * @param offset of the section, for messages
     */
    static List<Kernel> parse(Fields fields, long offset, String text, XclbinLimits limits) {
        var xml = new KernelXml(fields, offset, limits);
        // Told to load nothing, and what would ask it to is refused before the parser sees it.
        for (int at = text.indexOf("<!"); at >= 0; at = text.indexOf("<!", at + 2)) {
            if (!text.startsWith("<!--", at) && !text.startsWith("<![CDATA[", at)) {
                throw xml.bad("XML", text.substring(at, Math.min(at + 16, text.length())),
                        "it has no document type and declares no entity");
            }
        }
        try {
            XMLStreamReader in;
            synchronized (FACTORY) {
                in = FACTORY.createXMLStreamReader(new StringReader(text.stripLeading()));
            }
            xml.read(in);
            return xml.kernels;
        } catch (XMLStreamException e) {
            String found = String.valueOf(e.getMessage()).replaceFirst("(?s).*Message: ", "");
            throw xml.bad("XML, line " + (e.getLocation() == null ? 0
                    : e.getLocation().getLineNumber()), found, "it is one well-formed document");
        }
    }

    private void read(XMLStreamReader in) throws XMLStreamException {
        int depth = 0;
        int elements = 0;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++elements > limits.elements() || ++depth > limits.depth()) {
                        throw bad("XML", elements + " elements, " + depth + " deep", "at most "
                                + limits.elements() + " are accepted, " + limits.depth()
                                + " deep");
                    }
                    start(in);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    if (in.getLocalName().equals("kernel")) {
                        end();
                    }
                }
                default -> { }
            }
        }
    }

    private void start(XMLStreamReader in) {
        switch (in.getLocalName()) {
            case "kernel" -> {
                if (kernel != null) {
                    throw bad("kernel", "a kernel in kernel " + kernel,
                            "kernels are beside each other");
                }
                kernel = attribute(in, "kernel", "name");
                if (kernels.stream().anyMatch(k -> k.name().equals(kernel))) {
                    throw bad("kernel", kernel, "a kernel is there once");
                }
                arguments = new ArrayList<>();
                instances = new ArrayList<>();
            }
            case "arg" -> {
                if (kernel != null) {
                    argument(in);
                }
            }
            case "instance" -> {
                if (kernel != null) {
                    instances.add(attribute(in, "instance", "name"));
                }
            }
            default -> { }
        }
    }

    private void argument(XMLStreamReader in) {
        String name = attribute(in, "arg", "name");
        String id = String.valueOf(in.getAttributeValue(null, "id"));
        if (id.isEmpty() || id.equals("null")) {
            // An argument of the tool's own, which the host does not set.
            return;
        }
        var argument = new Argument(name, number(name, "id", id, limits.entries()),
                number(name, "addressQualifier", attribute(in, "arg " + name,
                        "addressQualifier"), 4),
                number(name, "size", attribute(in, "arg " + name, "size"), 1 << 16),
                number(name, "offset", attribute(in, "arg " + name, "offset"), 1 << 20));
        if (arguments.stream().anyMatch(a -> a.index() == argument.index()
                || a.name().equals(name))) {
            throw bad("kernel " + kernel + ", arg " + name, "id " + argument.index(),
                    "names and ids of arguments are there once");
        }
        arguments.add(argument);
    }

    private void end() {
        arguments.sort((a, b) -> Integer.compare(a.index(), b.index()));
        kernels.add(new Kernel(kernel, arguments, instances));
        kernel = null;
    }

    private String attribute(XMLStreamReader in, String element, String attribute) {
        String value = in.getAttributeValue(null, attribute);
        if (value == null || value.isEmpty() || value.length() > 256) {
            throw bad(element, attribute + (value == null ? " is not there"
                    : " of " + value.length() + " characters"),
                    "it has an attribute " + attribute + " of 1 to 256 characters");
        }
        return value;
    }

    private int number(String argument, String attribute, String value, int most) {
        boolean hex = HEX.matcher(value).matches();
        long found = hex ? Long.parseLong(value.substring(2), 16)
                : DECIMAL.matcher(value).matches() ? Long.parseLong(value) : -1;
        if (found < 0 || found > most) {
            throw bad("kernel " + kernel + ", arg " + argument + ", " + attribute, value,
                    "it is a decimal or hexadecimal number up to " + most);
        }
        return (int) found;
    }

    private FormatException bad(String where, Object found, String rule) {
        return fields.bad(offset, FIELD + ", " + where, found, rule);
    }
}
