package io.sluice.ingest.stream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Finds the addresses of a name. Blocks; called by a thread that may. */
interface Lookup {
    /** All addresses of ONE family, in a stable order; never empty. */
    List<InetAddress> find(String host) throws UnknownHostException;

    /**
     * The system's resolver, and with it the JVM's cache ({@code networkaddress.cache.ttl}, 30 s unless set).
     *
     * <p>A host with both an IPv4 and an IPv6 address is one host: dialling both would give it two shares of the
     * load. IPv4 is taken if there is any.
     */
    static List<InetAddress> system(String host) throws UnknownHostException {
        return oneFamily(List.of(InetAddress.getAllByName(host)));
    }

    static List<InetAddress> oneFamily(List<InetAddress> all) {
        boolean v4 = all.stream().anyMatch(a -> a instanceof Inet4Address);
        List<InetAddress> kept = new ArrayList<>();
        for (InetAddress address : all) {
            if (address instanceof Inet4Address == v4 && !kept.contains(address)) {
                kept.add(address);
            }
        }
        kept.sort(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned));
        return kept;
    }
}
