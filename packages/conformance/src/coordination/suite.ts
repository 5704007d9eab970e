// The suite for a Coordination.

import { casesOf, register } from '../suite.ts'
import type { Exception, Law, Runner, Verdict } from '../suite.ts'
import { CoordinationBench } from './bench.ts'
import type { CoordinationFactory } from './bench.ts'
import { election } from './election.ts'
import { holders } from './holders.ts'
import { leases } from './leases.ts'
import { terms } from './terms.ts'

export const coordinationLaws: readonly Law<CoordinationBench>[] = [election, terms, holders, leases]

export interface CoordinationSuite extends CoordinationFactory, Runner {
  readonly except?: readonly Exception[]
}

/** Registers every case with the runner. */
export async function testCoordination(suite: CoordinationSuite): Promise<void> {
  register(suite, await coordinationCases(suite, suite.except))
}

/** The cases as data, for another kind of runner. */
export async function coordinationCases(
  factory: CoordinationFactory,
  except: readonly Exception[] = [],
): Promise<readonly Verdict[]> {
  return [...casesOf(coordinationLaws, () => new CoordinationBench(factory), except)]
}
