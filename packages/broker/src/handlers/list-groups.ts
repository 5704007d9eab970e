// ListGroups (16), versions 0-5: the groups that this broker coordinates, from version 4 on by state (KIP-518), from version 5 on
// by type (KIP-848).

import { errorCode, ListGroups } from '@jackdaw/protocol'

import { answered } from './ask-group.ts'
import { handler } from './handler.ts'

export const listGroups = handler(
  ListGroups,
  { versions: '0-5' },
  async ({ statesFilter, typesFilter }, { groups }) => {
    const answers = (await groups.submitToAll<'listGroups'>({ type: 'listGroups', statesFilter, typesFilter })).map(
      answered,
    )
    // What is coordinated elsewhere is listed there; what cannot be read makes the list wrong.
    const failure = answers.find((answer) => !answer.ok && answer.error !== 'NOT_COORDINATOR')
    if (failure !== undefined && !failure.ok) return { errorCode: errorCode(failure.error), groups: [] }
    return {
      errorCode: errorCode('NONE'),
      groups: answers.flatMap((answer) => (answer.ok ? answer.response.groups : [])),
    }
  },
)
