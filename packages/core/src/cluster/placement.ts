// Where partitions go: a pure function of the brokers. Leaders take turns, replicas follow one another.

/** Replica lists for `count` partitions beginning with partition `first`; the first replica of each is its leader. */
export const placeReplicas = (
  brokers: readonly number[],
  first: number,
  count: number,
  replicationFactor: number,
): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, turn) =>
    Array.from(
      { length: replicationFactor },
      (_replica, follower) => brokers[(first + turn + follower) % brokers.length] as number,
    ),
  )
