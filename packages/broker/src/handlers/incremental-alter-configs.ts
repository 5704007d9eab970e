// IncrementalAlterConfigs (44), versions 0-1: sets, deletes, appends to and subtracts from single configs (KIP-339).

import { IncrementalAlterConfigs } from '@jackdaw/protocol'

import { alterResources } from './alter-resources.ts'
import { handler } from './handler.ts'

export const incrementalAlterConfigs = handler(
  IncrementalAlterConfigs,
  { versions: '0-1' },
  async ({ resources, validateOnly }, { cluster }) => {
    const wanted = resources.map((resource) => ({ ...resource, changes: resource.configs }))
    return { responses: await alterResources(wanted, { validateOnly, replace: false }, cluster) }
  },
)
