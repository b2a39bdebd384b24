package io.shareddb.server.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses that clients may come from: single ones and blocks such as {@code 10.0.0.0/8} or {@code fd00::/8}. Immutable. An IPv4
 * address matches its form within IPv6 ({@code ::ffff:10.0.0.1}) as well.
 *
 * @param blocks at least one
 */
public record Whitelist(List<Block> blocks) implements ClientAddresses {
    /** Everybody. */
    public static final Whitelist ALL = parse("0.0.0.0/0,::/0");

    public Whitelist {
        blocks = List.copyOf(blocks);
    }

    /**
     * One block of addresses.
     *
     * @param network the first address
     * @param prefixBits how many leading bits count, 0 to 32 or 128
     */
    public record Block(InetAddress network, int prefixBits) {
        boolean contains(InetAddress address) {
            byte[] mine = network.getAddress();
            byte[] theirs = address.getAddress();
            if (mine.length != theirs.length) {
                return false;
            }
            int whole = prefixBits / 8;
            int rest = prefixBits % 8;
            if (!Arrays.equals(mine, 0, whole, theirs, 0, whole)) {
                return false;
            }
            return rest == 0 || (mine[whole] & 0xff) >>> (8 - rest) == (theirs[whole] & 0xff) >>> (8 - rest);
        }
    }

    /**
     * Reads addresses and blocks separated by commas; blanks around them are ignored.
     *
     * @throws IllegalArgumentException naming every entry that is neither; host names are among them, since an address that a name
     *     service gives today may be somebody else's tomorrow
     */
    public static Whitelist parse(String text) {
        List<Block> blocks = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            try {
                blocks.add(parseBlock(entry.trim()));
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (blocks.isEmpty() && problems.isEmpty()) {
            problems.add("is empty, so nobody could connect");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("whitelist: " + String.join("; ", problems)
                    + " (expected: addresses such as 10.1.2.3 or blocks such as 10.0.0.0/8, separated by commas)");
        }
        return new Whitelist(blocks);
    }

    private static Block parseBlock(String entry) {
        int slash = entry.indexOf('/');
        String address = slash < 0 ? entry : entry.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            boolean name = address.chars().anyMatch(Character::isLetter) && !address.contains(":");
            throw new IllegalArgumentException(
                    "'" + entry + "' is " + (name ? "a host name, whose address may change" : "not an address"));
        }
        int bits = bytes.length * 8;
        if (slash >= 0) {
            String prefix = entry.substring(slash + 1);
            if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
                throw new IllegalArgumentException("'" + entry + "' has a prefix other than 0 to " + bits);
            }
            bits = Integer.parseInt(prefix);
        }
        try {
            return new Block(InetAddress.getByAddress(bytes), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address of " + bytes.length + " bytes", e);
        }
    }

    /** Whether a client may come from {@code address}. */
    @Override
    public boolean allows(InetAddress address) {
        for (Block block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
