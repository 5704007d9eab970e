// int64 as a number. Offsets, timestamps and producer ids are numbers on every path that runs per batch or per record: a
// bigint costs several times as much. Whoever reads one from outside asks Number.isSafeInteger before believing it.

const HIGH = 2 ** 32

/** A big-endian int64. Exact where the result is a safe integer, and never a safe integer where it is not exact. */
export const readInt64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * HIGH + bytes.readUInt32BE(at + 4)

/** Writes a safe integer as a big-endian int64. */
export function writeInt64(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / HIGH)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * HIGH, at + 4)
}
