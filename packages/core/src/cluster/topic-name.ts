// Which names a topic may have. '.' and '_' are one character to metric names, so two topics may not differ by them alone.

const LONGEST_TOPIC_NAME = 249
const LEGAL_TOPIC_NAME = /^[a-zA-Z0-9._-]+$/

/** Why a topic cannot have this name, or `undefined`. */
export const topicNameFault = (name: string): string | undefined => {
  if (name === '') return 'The topic name is empty.'
  if (name === '.' || name === '..') return `A topic cannot be named '${name}'.`
  if (name.length > LONGEST_TOPIC_NAME) {
    return `The topic name has ${name.length} characters; ${LONGEST_TOPIC_NAME} are allowed.`
  }
  if (!LEGAL_TOPIC_NAME.test(name)) {
    return `The topic name '${name}' is illegal: it may hold ASCII letters, digits, '.', '_' and '-'.`
  }
  return undefined
}

const metricName = (name: string): string => name.replaceAll('.', '_')

/** Topic names by what they are to metrics. */
export type MetricNames = Map<string, string>

export const metricNamesOf = (names: Iterable<string>): MetricNames =>
  new Map(Array.from(names, (name) => [metricName(name), name]))

export const addMetricName = (names: MetricNames, name: string): void => {
  names.set(metricName(name), name)
}

/** The topic among these that a new name would collide with in metrics. */
export const collidingTopic = (name: string, among: MetricNames): string | undefined => {
  const other = among.get(metricName(name))
  return other === name ? undefined : other
}
