// What a coordinator knows of the cluster's topics: told by its shell, never kept. A view is never changed, only replaced, so that
// who has looked at one knows by its identity whether there is anything new.

export interface TopicsView {
  readonly byName: ReadonlyMap<string, { readonly topicId: string; readonly partitions: number }>
  /** Names by topic id. */
  readonly names: ReadonlyMap<string, string>
}

export const NO_TOPICS: TopicsView = { byName: new Map(), names: new Map() }

export function topicsView(topics: Iterable<{ topicId: string; name: string; partitions: number }>): TopicsView {
  const byName = new Map<string, { topicId: string; partitions: number }>()
  const names = new Map<string, string>()
  for (const { topicId, name, partitions } of topics) {
    byName.set(name, { topicId, partitions })
    names.set(topicId, name)
  }
  return { byName, names }
}
