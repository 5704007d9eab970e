// What Metadata answers to requests that name topics in ways that their version should not.

import { errorCode, Metadata, ZERO_UUID } from '@jackdaw/protocol'
import { expect, test } from 'vitest'

import { startTestBroker } from '../support.ts'

test.each([10, 11])(
  'a topic without a name is answered as an error in version %i, which has ids but no null',
  async (version) => {
    const { connect } = await startTestBroker()
    const client = await connect()
    const { topics } = await client.send(Metadata, version, { topics: [{ name: null, topicId: ZERO_UUID }] })
    expect(topics).toMatchObject([{ name: '', errorCode: errorCode('INVALID_REQUEST') }])
  },
)
