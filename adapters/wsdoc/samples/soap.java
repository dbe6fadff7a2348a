// SPDX-License-Identifier: Apache-2.0
// TOKEN=... java Sample.java
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;

public class Sample {
    static final String CALL = """
        {{envelope}}
        """;

    public static void main(String[] args) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("{{address}}"))
            .header("Authorization", "Bearer " + System.getenv("TOKEN"))
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", "\"\"")
            .POST(HttpRequest.BodyPublishers.ofString(CALL))
            .build();
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofInputStream());
        Document answer = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(response.body());

        if (response.statusCode() != 200) {
            System.err.println(answer.getElementsByTagName("errorcode").item(0).getTextContent());
            System.exit(1);
        }
        Transformer printer = TransformerFactory.newInstance().newTransformer();
        printer.setOutputProperty(OutputKeys.INDENT, "yes");
        printer.transform(new DOMSource(answer), new StreamResult(System.out));
    }
}
