package dev.skein.compiler.frontend.report;

import dev.skein.compiler.frontend.FormatException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** An element of an XML file without document type: name, text, elements in it. */
final class XmlNode {
    private final String file;
    private final String path;
    private final int line;
    private final StringBuilder text = new StringBuilder();
    private final List<XmlNode> children = new ArrayList<>();
    private final String name;

    private XmlNode(String file, String path, String name, int line) {
        this.file = file;
        this.path = path;
        this.name = name;
        this.line = line;
    }

    /** The root of a document. */
    static XmlNode parse(String file, String document, ReportLimits limits) {
        refuseDeclarations(file, document);
        try {
            return read(file, factory().createXMLStreamReader(
                    new StringReader(document.stripLeading())), limits);
        } catch (XMLStreamException e) {
            String found = String.valueOf(e.getMessage()).replaceFirst("(?s).*Message: ", "");
            throw ReportReader.error(file, "line " + (e.getLocation() == null ? 0
                    : e.getLocation().getLineNumber()) + ", XML", found,
                    "the file is one well-formed XML document");
        }
    }

    /** The JDK's own parser, whatever is on the class path. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    /** The parser is told to load nothing; what would ask it to is refused before it sees it. */
    private static void refuseDeclarations(String file, String document) {
        for (int at = document.indexOf("<!"); at >= 0; at = document.indexOf("<!", at + 2)) {
            if (!document.startsWith("<!--", at) && !document.startsWith("<![CDATA[", at)) {
                long lines = document.substring(0, at).lines().count();
                throw ReportReader.error(file, "line " + Math.max(1, lines) + ", XML",
                        document.substring(at, Math.min(at + 20, document.length())),
                        "a report has no document type and declares no entity");
            }
        }
    }

    private static XmlNode read(String file, XMLStreamReader in, ReportLimits limits)
            throws XMLStreamException {
        Deque<XmlNode> open = new ArrayDeque<>();
        XmlNode root = null;
        int elements = 0;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    XmlNode node = start(file, in, open, limits);
                    if (++elements > limits.rows()) {
                        throw node.bad("another element", "a report has at most " + limits.rows());
                    }
                    if (root == null) {
                        root = node;
                    }
                    open.push(node);
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!open.isEmpty()) {
                        open.peek().text.append(in.getText());
                    }
                }
                default -> { }
            }
        }
        if (root == null) {
            throw ReportReader.error(file, "XML", "nothing", "the file has an element");
        }
        return root;
    }

    private static XmlNode start(String file, XMLStreamReader in, Deque<XmlNode> open,
            ReportLimits limits) {
        String name = in.getLocalName();
        int line = in.getLocation().getLineNumber();
        if (open.isEmpty()) {
            return new XmlNode(file, name, name, line);
        }
        XmlNode parent = open.peek();
        if (open.size() >= limits.depth()) {
            throw new XmlNode(file, name, name, line).bad("level " + open.size(),
                    "elements are at most " + limits.depth() + " deep");
        }
        // Paths are for messages: no longer than a line, however deep the file.
        String path = parent.path.length() > limits.lineChars() ? name : parent.path + "/" + name;
        XmlNode node = new XmlNode(file, path, name, line);
        parent.children.add(node);
        return node;
    }

    String name() {
        return name;
    }

    /** The text in it, without that of elements in it. */
    String text() {
        return text.toString().strip();
    }

    /** The elements of a name. */
    List<XmlNode> all(String child) {
        return children.stream().filter(c -> c.name.equals(child)).toList();
    }

    /** The element of a name, if it is there; there must not be two. */
    Optional<XmlNode> optional(String child) {
        List<XmlNode> found = all(child);
        if (found.size() > 1) {
            throw found.getLast().bad("again", "the element is there once");
        }
        return found.stream().findFirst();
    }

    /** The one element at a path of names. */
    XmlNode one(String... names) {
        XmlNode node = this;
        for (String child : names) {
            XmlNode parent = node;
            node = node.optional(child).orElseThrow(() -> parent.bad("no element " + child,
                    "it has one " + child));
        }
        return node;
    }

    /** A whole number, of which the text is all. */
    long count(ReportLimits limits) {
        if (!text().matches("\\d{1,12}") || Long.parseLong(text()) > limits.count()) {
            throw bad(text(), "it is an integer from 0 to " + limits.count());
        }
        return Long.parseLong(text());
    }

    /** A duration in nanoseconds. */
    double nanoseconds() {
        if (!text().matches("\\d{1,9}(\\.\\d{1,6})?") || Double.parseDouble(text()) <= 0) {
            throw bad(text(), "it is a decimal number above 0");
        }
        return Double.parseDouble(text());
    }

    /** A short text that is not empty. */
    String word(ReportLimits limits) {
        if (text().isEmpty() || text().length() > limits.lineChars()) {
            throw bad(text().length() + " characters", "it has 1 to " + limits.lineChars());
        }
        return text();
    }

    /** An error of this element. */
    FormatException bad(Object found, String rule) {
        return ReportReader.error(file, String.format(Locale.ROOT, "line %d, %s", line, path),
                found, rule);
    }
}
