// AlterConfigs (33), versions 0-2: sets all configs of a resource anew; what is not named returns to its default. The older form
// of IncrementalAlterConfigs, and deprecated for what it forgets, but still sent by clients.

import { AlterConfigs, type AlterConfigsRequest } from '@jackdaw/protocol'

import { alterConfigOp } from '@jackdaw/config'

import { alterResources } from './alter-resources.ts'
import { handler } from './handler.ts'

type Config = AlterConfigsRequest['resources'][number]['configs'][number]

export const alterConfigs = handler(
  AlterConfigs,
  { versions: '0-2' },
  async ({ resources, validateOnly }, { cluster }) => {
    const wanted = resources.map((resource) => ({ ...resource, changes: resource.configs.map(set) }))
    return { responses: await alterResources(wanted, { validateOnly, replace: true }, cluster) }
  },
)

const set = ({ name, value }: Config) => ({ name, value, configOperation: alterConfigOp.SET })
