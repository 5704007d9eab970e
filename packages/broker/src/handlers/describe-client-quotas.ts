// DescribeClientQuotas (48), versions 0-1: the quotas of those users, client ids and addresses that a filter lets through.

import { findQuotas } from '@jackdaw/core'
import { DescribeClientQuotas, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const describeClientQuotas = handler(
  DescribeClientQuotas,
  { versions: '0-1' },
  ({ components, strict }, { cluster }) => {
    const found = findQuotas(cluster.state, components, strict)
    if ('error' in found) return { errorCode: errorCode(found.error), errorMessage: found.message, entries: null }
    const entries = found.map(({ entity, values }) => ({
      entity: [...entity],
      values: [...values].map(([key, value]) => ({ key, value })),
    }))
    return { errorCode: errorCode('NONE'), errorMessage: null, entries }
  },
)
