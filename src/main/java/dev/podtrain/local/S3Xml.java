package dev.podtrain.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Writes an answer of S3, element by element. */
final class S3Xml {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter writer;

    private S3Xml(String root, boolean inNamespace) {
        try {
            writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, UTF_8);
            writer.writeStartDocument(UTF_8, "1.0");
            writer.writeStartElement(root);
            if (inNamespace) {
                writer.writeDefaultNamespace(NAMESPACE);
            }
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static S3Xml of(String root) {
        return new S3Xml(root, true);
    }

    static S3Xml error(S3Refusal refusal) {
        return new S3Xml("Error", false).with("Code", refusal.code()).with("Message", refusal.text());
    }

    S3Xml with(String name, Object value) {
        return begin(name).text(value.toString()).end();
    }

    /** To the second, as the service says it. */
    S3Xml with(String name, Instant time) {
        return with(name, (Object) time.truncatedTo(ChronoUnit.SECONDS));
    }

    S3Xml begin(String name) {
        try {
            writer.writeStartElement(name);
            return this;
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private S3Xml text(String text) {
        try {
            writer.writeCharacters(text);
            return this;
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    S3Xml end() {
        try {
            writer.writeEndElement();
            return this;
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    byte[] bytes() {
        try {
            writer.writeEndDocument();
            writer.close();
            return bytes.toByteArray();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A key for an answer that was asked for with {@code encoding-type=url}. */
    static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    /** The parts named by the request that completes an upload. */
    static List<S3Uploads.Named> parts(InputStream body) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            Document document = builder.parse(body);
            List<S3Uploads.Named> parts = new ArrayList<>();
            NodeList elements = document.getElementsByTagName("Part");
            for (int i = 0; i < elements.getLength(); i++) {
                Element part = (Element) elements.item(i);
                parts.add(new S3Uploads.Named(
                        Integer.parseInt(text(part, "PartNumber")),
                        text(part, "ETag").replace("\"", "")));
            }
            return parts;
        } catch (SAXException | NumberFormatException broken) {
            throw S3Refusal.of("MalformedXML", "The body is no list of parts.");
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(Element part, String name) {
        NodeList found = part.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }
}
