// Which partition of `__consumer_offsets` a group belongs to. Kafka's clients and tools compute the same, so this is Java's
// String.hashCode over UTF-16 units, and Kafka's way of making it positive (a mask: Math.abs of the smallest int is negative).

export function javaHashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

export function groupPartition(groupId: string, partitions: number): number {
  return (javaHashCode(groupId) & 0x7fffffff) % partitions
}
