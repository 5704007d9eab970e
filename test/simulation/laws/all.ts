// Every law that a run is held to.
import type { Evidence, Law, Violation } from '../history.ts'
import { consumerGroupLaws } from './consumer-groups.ts'
import { deliveryLaws } from './delivery.ts'
import { groupLaws } from './groups.ts'
import { committedOffsetsAreARegister } from './offsets.ts'
import { replyLaws } from './replies.ts'
import { topicLaws } from './topics.ts'
import { transactionLaws } from './transactions.ts'

const LAWS: readonly Law[] = [
  ...deliveryLaws,
  committedOffsetsAreARegister,
  ...groupLaws,
  ...consumerGroupLaws,
  ...replyLaws,
  ...topicLaws,
  ...transactionLaws,
]

export const violationsOf = (evidence: Evidence): readonly Violation[] => LAWS.flatMap((law) => law(evidence))
