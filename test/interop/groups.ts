// What a settled consumer group looks like, whoever its members are.

/** True if every partition of 0..`partitions` has exactly one owner and every member knows what it owns. */
export const coversOnce = (assignments: readonly (readonly number[] | undefined)[], partitions: number): boolean => {
  if (assignments.some((assignment) => assignment === undefined)) return false
  const owned = assignments.flatMap((assignment) => assignment ?? []).toSorted((a, b) => a - b)
  return owned.length === partitions && owned.every((partition, index) => partition === index)
}
