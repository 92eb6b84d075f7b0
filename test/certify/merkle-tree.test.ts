import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { leafHash, MerkleTree } from '../../plugin/src/certify/merkle-tree.ts';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The tree as RFC 6962, section 2.1, defines it: from the top down. */
function rootByDefinition(lines: readonly Uint8Array[]): Buffer {
  if (lines.length === 0) return sha256();
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return sha256(Buffer.of(0), only);
  const half = 2 ** Math.floor(Math.log2(lines.length - 1));
  return sha256(Buffer.of(1), rootByDefinition(lines.slice(0, half)), rootByDefinition(lines.slice(half)));
}

function rootOf(lines: readonly Uint8Array[]): string {
  const tree = new MerkleTree();
  for (const line of lines) tree.add(leafHash(line));
  return tree.root();
}

const list = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 70 });

describe('the Merkle tree of a ledger', () => {
  it('has the root that RFC 6962 defines, for lists of every length', () => {
    fc.assert(fc.property(list, (lines) => rootOf(lines) === rootByDefinition(lines).toString('hex')));
    for (let length = 0; length <= 70; length++) {
      const lines = Array.from({ length }, (_, nth) => Buffer.from(`line ${nth}`));
      expect(rootOf(lines), `${length} lines`).to.equal(rootByDefinition(lines).toString('hex'));
    }
  });

  it('has another root when a line is changed, taken out, put in or moved', () => {
    const changed = fc
      .tuple(list, fc.nat(), fc.uint8Array({ maxLength: 12 }), fc.nat(3))
      .map(([lines, nth, other, how]) => {
        const at = lines.length === 0 ? 0 : nth % lines.length;
        const after = [...lines];
        if (how === 0) after.splice(at, 1, other);
        if (how === 1) after.splice(at, 1);
        if (how === 2) after.splice(at, 0, other);
        if (how === 3) after.push(...after.splice(at, 1));
        return [lines, after] as const;
      });
    const text = (lines: readonly Uint8Array[]): string =>
      lines.map((line) => Buffer.from(line).toString('hex')).join();
    fc.assert(
      fc.property(changed, ([before, after]) => {
        fc.pre(before.length !== after.length || text(before) !== text(after));
        expect(rootOf(after)).to.not.equal(rootOf(before));
      }),
    );
  });

  it('does not take a node for a leaf', () => {
    const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(rootOf([Buffer.concat([left, right])])).to.not.equal(rootOf([Buffer.from('a'), Buffer.from('b')]));
  });
});
