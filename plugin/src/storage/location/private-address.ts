import { BlockList, isIP } from 'node:net';

/**
 * Says whether an IP address is one that a URL from outside must not make us talk to: this machine, private networks,
 * link-local (cloud metadata services among them), multicast, reserved. The ranges: RFC 6890 and its registries.
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.startsWith('[') ? address.slice(1, -1) : address;
  const family = isIP(bare);
  if (family === 0) return false;
  return PRIVATE.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/** Says whether a host as URLs hold it (lower case) is a private address or a name that can only mean one. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return isPrivateAddress(name) || /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/.test(name);
}

/** Says whether a host is this machine itself; only there plain http is accepted. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127\.[\d.]+$/.test(name);
}

const PRIVATE = privateRanges();

function privateRanges(): BlockList {
  const list = new BlockList();
  const ranges4: readonly [string, number][] = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ];
  // Node checks IPv4-mapped IPv6 addresses against the IPv4 rules by itself.
  for (const [network, bits] of ranges4) list.addSubnet(network, bits, 'ipv4');
  const ranges6: readonly [string, number][] = [
    ['::', 96], // unspecified, loopback, IPv4-compatible
    ['64:ff9b::', 96], // NAT64: hides an IPv4 address
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2002::', 16], // 6to4: the same
    ['fc00::', 7],
    ['fe80::', 10],
    ['fec0::', 10],
    ['ff00::', 8],
  ];
  for (const [network, bits] of ranges6) list.addSubnet(network, bits, 'ipv6');
  return list;
}
