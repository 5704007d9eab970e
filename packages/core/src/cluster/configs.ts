// Changing dynamic configs: what IncrementalAlterConfigs and AlterConfigs come down to. A resource's changes are made together
// or not at all.

import {
  alterBrokerConfigs,
  alterConfigOp,
  alterGroupConfigs,
  alterTopicConfigs,
  overlayBrokerConfig,
  type AlterOutcome,
  type ConfigChange,
} from '@jackdaw/config'

import { failed, OK, type ConfigChanges, type Result } from './commands.ts'
import type { ClusterRules } from './machine.ts'
import type { ClusterRec } from './records.ts'
import { configRecord, configsOf, topicNamed, type ClusterState, type ResourceType } from './state.ts'

type Answer = Result & { readonly resourceType: ResourceType; readonly resourceName: string }

export const decideAlterConfigs = (
  state: Readonly<ClusterState>,
  rules: ClusterRules,
  resources: readonly ConfigChanges[],
  replace = false,
): { readonly records: readonly ClusterRec[]; readonly answer: readonly Answer[] } => {
  const records: ClusterRec[] = []
  const answer = resources.map((resource): Answer => {
    const { resourceType, resourceName } = resource
    const fault = resourceFault(state, resource)
    if (fault !== undefined) return { ...fault, resourceType, resourceName }
    const changes = replace ? replacing(state, resource) : resource.changes
    const outcome = alter[resourceType](state, rules, resourceName, changes)
    if (outcome.kind === 'FAULT') return { ...failed('INVALID_CONFIG', outcome.message), resourceType, resourceName }
    records.push(...changedRecords(state, resourceType, resourceName, outcome.texts))
    return { ...OK, resourceType, resourceName }
  })
  return { records, answer }
}

const resourceFault = (state: Readonly<ClusterState>, resource: ConfigChanges): Result | undefined => {
  const { resourceType, resourceName, changes } = resource
  const empty = changes.find(({ value, configOperation }) => value === null && configOperation !== alterConfigOp.DELETE)
  if (empty !== undefined) {
    return failed(
      'INVALID_REQUEST',
      `${empty.name} has no value; to return it to its default, DELETE it or leave it out.`,
    )
  }
  if (resourceType === 'TOPIC' && topicNamed(state, resourceName) === undefined) {
    return failed('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${resourceName}'.`)
  }
  if (resourceType === 'BROKER' && resourceName !== '' && !state.brokers.has(Number(resourceName))) {
    return failed('INVALID_REQUEST', `There is no broker '${resourceName}'.`)
  }
  if (new Set(changes.map(({ name }) => name)).size !== changes.length) {
    return failed('INVALID_REQUEST', 'A config is changed more than once in one request.')
  }
  return undefined
}

/** The changes after which exactly those configs are set that `resource` names. */
const replacing = (
  state: Readonly<ClusterState>,
  { resourceType, resourceName, changes }: ConfigChanges,
): readonly ConfigChange[] => {
  const named = new Set(changes.map(({ name }) => name))
  const others = [...configsOf(state, resourceType, resourceName).keys()].filter((name) => !named.has(name))
  return [...others.map((name) => ({ name, value: null, configOperation: alterConfigOp.DELETE })), ...changes]
}

type Alter = (
  state: Readonly<ClusterState>,
  rules: ClusterRules,
  name: string,
  changes: readonly ConfigChange[],
) => AlterOutcome

const alter: Readonly<Record<ResourceType, Alter>> = {
  TOPIC: (state, rules, name, changes) =>
    alterTopicConfigs(configsOf(state, 'TOPIC', name), changes, brokerDefaults(state, rules)),
  GROUP: (state, rules, name, changes) =>
    alterGroupConfigs(configsOf(state, 'GROUP', name), changes, brokerDefaults(state, rules)),
  BROKER: (state, { staticConfigs }, name, changes) => {
    const layers = {
      dynamicBroker: configsOf(state, 'BROKER', name),
      dynamicDefault: configsOf(state, 'BROKER', ''),
      static: staticConfigs,
    }
    return alterBrokerConfigs(layers, name === '' ? 'dynamicDefault' : 'dynamicBroker', changes)
  },
}

/** What stands behind a topic's or group's own configs: also what was set on all brokers while they ran. */
const brokerDefaults = (state: Readonly<ClusterState>, { broker }: ClusterRules) =>
  overlayBrokerConfig(broker, configsOf(state, 'BROKER', ''))

const changedRecords = (
  state: Readonly<ClusterState>,
  type: ResourceType,
  resource: string,
  texts: ReadonlyMap<string, string>,
): ClusterRec[] => {
  const before = configsOf(state, type, resource)
  const set = [...texts].filter(([name, value]) => before.get(name) !== value)
  const unset = [...before.keys()].filter((name) => !texts.has(name))
  return [
    ...set.map(([name, value]) => configRecord(type, resource, name, value)),
    ...unset.map((name) => configRecord(type, resource, name, null)),
  ]
}
