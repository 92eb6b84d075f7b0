import { createHash, hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1, over a list of any length, in memory of its height. Leaves and nodes are
 * hashed under different prefixes, so that no node can be passed off as a leaf.
 */
export class MerkleTree {
  /** Roots of complete subtrees from left to right, each of another height. */
  readonly #subtrees: { readonly height: number; readonly root: Buffer }[] = [];
  #leaves = 0;

  get leaves(): number {
    return this.#leaves;
  }

  /** @param leaf as {@link leafHash} gives it */
  add(leaf: Buffer): void {
    this.#leaves += 1;
    let added = { height: 0, root: leaf };
    for (let last = this.#subtrees.at(-1); last?.height === added.height; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { height: added.height + 1, root: nodeHash(last.root, added.root) };
    }
    this.#subtrees.push(added);
  }

  /** Of all leaves so far, in hex; of none: the hash of nothing, as the RFC has it. */
  root(): string {
    const [last, ...others] = this.#subtrees.map(({ root }) => root).reverse();
    if (last === undefined) return hash('sha256', '', 'hex');
    return others.reduce((right, left) => nodeHash(left, right), last).toString('hex');
  }
}

/** The hash of one line, its line break not included. */
export function leafHash(line: Uint8Array): Buffer {
  return createHash('sha256').update(leafPrefix).update(line).digest();
}

/** Bytes of a hash. */
export const hashBytes = 32;

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}
