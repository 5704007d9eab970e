// The suite for a LogStore: its laws in the order in which an adapter's author meets them.

import type { LogStoreSupports } from '@jackdaw/ports'
import { casesOf, register } from '../suite.ts'
import type { Exception, Law, Runner, Verdict } from '../suite.ts'
import { LogStoreBench } from './bench.ts'
import type { LogStoreFactory } from './bench.ts'
import { barrier } from './barrier.ts'
import { bytes } from './bytes.ts'
import { contiguity } from './contiguity.ts'
import { corruption } from './corruption.ts'
import { durability } from './durability.ts'
import { fencing } from './fencing.ts'
import { findByTime } from './find-by-time.ts'
import { hints } from './hints.ts'
import { lifecycle } from './lifecycle.ts'
import { model } from './model.ts'
import { offsets } from './offsets.ts'
import { reads } from './reads.ts'
import { removals } from './removals.ts'
import { replaces } from './replaces.ts'
import { scale } from './scale.ts'
import { scans } from './scans.ts'
import { snapshots } from './snapshots.ts'
import { supports } from './supports.ts'
import { trims } from './trims.ts'
import { visibility } from './visibility.ts'

export const logStoreLaws: readonly Law<LogStoreBench>[] = [
  supports,
  contiguity,
  fencing,
  barrier,
  visibility,
  durability,
  bytes,
  offsets,
  reads,
  scans,
  findByTime,
  trims,
  replaces,
  snapshots,
  removals,
  corruption,
  hints,
  lifecycle,
  scale,
  model,
]

export interface LogStoreSuite extends LogStoreFactory, Runner {
  readonly except?: readonly Exception[]
}

/**
 * Registers every case with the runner. What can run follows from what the store `supports`, so a store is opened first:
 * await this before the runner begins.
 */
export async function testLogStore(suite: LogStoreSuite): Promise<void> {
  register(suite, await logStoreCases(suite, suite.except))
}

/** The cases as data, for another kind of runner. */
export async function logStoreCases(
  factory: LogStoreFactory,
  except: readonly Exception[] = [],
): Promise<readonly Verdict[]> {
  const supports = await supportsOf(factory)
  return [...casesOf(logStoreLaws, () => new LogStoreBench(factory, supports), except)]
}

async function supportsOf(factory: LogStoreFactory): Promise<LogStoreSupports> {
  await using store = await factory.open()
  return store.supports
}
