// SPDX-License-Identifier: Apache-2.0
// t/clients/wsdl/Client.java -- calls by what wsimport makes of the WSDL, for t/test_415_jaxws.py.
// Each prints a line.
import java.net.URL;
import java.util.stream.Collectors;
import javax.xml.ws.soap.SOAPFaultException;
import moodle.*;

public class Client {
    public static void main(String[] args) throws Exception {
        WebservicesVirtualClass000000Port port = port(args[0]);

        info(port);
        nestedOut(port);
        nestedIn(port);
        fault(port);
        session(port, args[1], args[2], args[3]);
    }

    static WebservicesVirtualClass000000Port port(String wsdl) throws Exception {
        return new WebservicesVirtualClass000000Service(new URL(wsdl))
            .getWebservicesVirtualClass000000Port();
    }

    static void info(WebservicesVirtualClass000000Port port) throws Exception {
        CoreWebserviceGetSiteInfoReturn info = port.coreWebserviceGetSiteInfo(null);

        System.out.println("info: " + info.getUsername() + ", user " + info.getUserid() + ", "
            + info.getFunctions().getItem().stream().map(f -> f.getName()).sorted()
                .collect(Collectors.joining(" ")));
    }

    static void nestedOut(WebservicesVirtualClass000000Port port) throws Exception {
        ArrayOflong ids = new ArrayOflong();

        ids.getItem().add(1L);
        ids.getItem().add(2L);
        System.out.println("groups: " + port.coreGroupGetGroups(ids).getItem().stream()
            .map(g -> g.getId() + " " + g.getName()).collect(Collectors.joining(", ")));
    }

    static void nestedIn(WebservicesVirtualClass000000Port port) throws Exception {
        ArrayOfcoreUserGetUsersCriteriaItem criteria = new ArrayOfcoreUserGetUsersCriteriaItem();
        CoreUserGetUsersCriteriaItem item = new CoreUserGetUsersCriteriaItem();

        item.setKey("firstname");
        item.setValue("遥");
        criteria.getItem().add(item);
        System.out.println("users: " + port.coreUserGetUsers(criteria).getUsers().getItem().stream()
            .map(u -> u.getUsername().getValue() + " " + u.getFirstname().getValue())
            .collect(Collectors.joining(", ")));
    }

    static void fault(WebservicesVirtualClass000000Port port) {
        ArrayOflong ids = new ArrayOflong();

        ids.getItem().add(99L);
        try {
            port.coreGroupGetGroups(ids);
        } catch (Fault_Exception e) {
            System.out.println("fault: " + e.getFaultInfo().getErrorcode());
        }
    }

    static void session(WebservicesVirtualClass000000Port port, String service, String user,
                        String password) throws Exception {
        LoginReturn session = port.login(user, password, "few");
        WebservicesVirtualClass000000Port own = port(service + session.getToken());

        System.out.println("session: " + own.coreWebserviceGetSiteInfo(null).getUsername());
        own.logout();
        try {
            own.coreWebserviceGetSiteInfo(null);
        } catch (Fault_Exception e) {
            System.out.println("ended: " + e.getFaultInfo().getErrorcode());
        } catch (SOAPFaultException e) {
            System.out.println("ended: " + e.getFault().getFaultString());
        }
    }
}
