// Records of B-trees of version 2, which newer files use as an index. Section III.A.2 of the specification.
import { Budget, Damaged, type FileBytes } from './file_bytes.js';

export interface Records {
  /** The kind of the records. */
  readonly type: number;
  readonly recordSize: number;
  /** Where each record begins, in the order of the tree. */
  readonly at: readonly number[];
}

const NODE_PREFIX = 6;
const CHECKSUM = 4;

/** The bytes that hold numbers up to a limit. */
export const bytesForLimit = (limit: number): number =>
  Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1;

/** All records of the tree at an address. */
export function readRecords(file: FileBytes, address: number): Records {
  file.expect('BTHD', address);
  const nodeSize = file.u32(address + 6);
  const recordSize = file.u16(address + 10);
  const depth = file.u16(address + 12);
  const root = file.address(address + 16);
  const records = { type: file.u8(address + 5), recordSize, at: [] as number[] };
  if (root === undefined) return records;
  if (recordSize === 0) throw new Damaged('a tree has records of no size');
  const pointers = pointerSizes(nodeSize, recordSize, depth);
  const budget = new Budget(file);
  const visit = (node: number, count: number, level: number): void => {
    file.expect(level > 0 ? 'BTIN' : 'BTLF', node);
    const end = node + NODE_PREFIX + count * recordSize;
    const { countSize, size } = pointers[level]!;
    const used = end - node + (level > 0 ? (count + 1) * size : 0);
    if (used + CHECKSUM > nodeSize) throw new Damaged('a node of a tree is overfull');
    budget.spend(used);
    for (let i = 0; i <= count; ++i) {
      if (level > 0) {
        const pointer = end + i * size;
        visit(file.requiredAddress(pointer), file.number(pointer + 8, countSize), level - 1);
      }
      if (i < count) records.at.push(node + NODE_PREFIX + i * recordSize);
    }
  };
  visit(root, file.u16(address + 24), depth);
  return records;
}

interface PointerSizes {
  /** Bytes of the number of records in the child. */
  readonly countSize: number;
  readonly size: number;
}

// By level, from the leaves up: a pointer has an address, the number of records of the child and, above the second level,
// the number of records of all nodes below. The latter have as many bytes as the largest possible number needs.
function pointerSizes(nodeSize: number, recordSize: number, depth: number): PointerSizes[] {
  const room = nodeSize - NODE_PREFIX - CHECKSUM;
  let most = Math.floor(room / recordSize);
  let total = most;
  const countSize = bytesForLimit(most);
  const sizes = [{ countSize, size: 0 }];
  for (let level = 1; level <= depth; ++level) {
    const size = 8 + countSize + (level > 1 ? bytesForLimit(total) : 0);
    sizes.push({ countSize, size });
    most = Math.floor((room - size) / (recordSize + size));
    total = (most + 1) * total + most;
    if (most < 1 || !(total < Number.MAX_SAFE_INTEGER))
      throw new Damaged('a tree is too deep for its nodes');
  }
  return sizes;
}
