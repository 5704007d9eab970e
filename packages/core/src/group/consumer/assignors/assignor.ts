// What an assignor is: a pure function from who reads which topics to who shall have which partitions.

import type { Assignment } from '../model.ts'
import { assignRange } from './range.ts'
import { assignUniform } from './uniform.ts'

export interface AssignedMember {
  readonly memberId: string
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  /** The ids of the topics that it reads and that exist. */
  readonly topicIds: ReadonlySet<string>
  /** What it was to have before. */
  readonly previous: Assignment
}

export interface AssignorInput {
  readonly members: readonly AssignedMember[]
  /** By topic id, for every topic that some member reads. */
  readonly partitions: ReadonlyMap<string, number>
}

/** By member id. A member without partitions may be left out. */
export type Assigned = ReadonlyMap<string, Assignment>

export type AssignorName = 'uniform' | 'range'

export const ASSIGNORS: Readonly<Record<AssignorName, (input: AssignorInput) => Assigned>> = {
  uniform: assignUniform,
  range: assignRange,
}
