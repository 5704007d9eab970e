// A Java 17 or newer and a Maven: those on PATH, else Debian's, unpacked. Debian fills the JRE's trust store when it installs the
// package; unpacked it is empty, so it is filled here from the system's certificates.

import { existsSync } from 'node:fs'
import { access, constants, readdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { cacheRoot, once, progress } from './cache.ts'
import { unpacked } from './debian.ts'
import { CannotBeHad } from './missing.ts'
import { onPath, versionOf } from './path.ts'
import { type Program, run } from './process.ts'

const oldestJava = 17

export const javaProgram = async (): Promise<Program> => {
  const installed = await onPath('java')
  if (installed !== undefined) {
    const [major] = await versionOf({ command: installed }, ['-version'])
    if (major >= oldestJava) return { command: installed }
  }
  const home = await unpackedJavaHome()
  return { command: join(home, 'bin', 'java'), env: { JAVA_HOME: home } }
}

/** Where Maven keeps what it has fetched: with the user, for other projects and later clones too, if there is a home. */
export const mavenRepository = async (): Promise<readonly string[]> => {
  const { homedir } = userInfo() // what Java takes for the home, whatever HOME says
  const writable = await access(homedir, constants.W_OK).then(
    () => true,
    () => false,
  )
  return writable ? [] : [`-Dmaven.repo.local=${join(cacheRoot, 'maven')}`]
}

export const mavenProgram = async (): Promise<Program> => {
  const java = await javaProgram()
  const installed = await onPath('mvn')
  if (installed !== undefined) return { command: installed, env: java.env }
  const root = await unpacked('maven', ['maven'])
  const home = join(root, 'usr/share/maven')
  return { command: join(home, 'bin/mvn'), env: { ...java.env, M2_HOME: home, MAVEN_OPTS: await trustOptions(java) } }
}

const unpackedJavaHome = async (): Promise<string> => {
  const root = await unpacked('java', ['openjdk-17-jre-headless'])
  const homes = join(root, 'usr/lib/jvm')
  const name = (await readdir(homes)).find((entry) => entry.startsWith('java-17-openjdk-'))
  if (name === undefined) throw new CannotBeHad("Debian's openjdk-17-jre-headless holds no Java home")
  return join(homes, name)
}

const trustOptions = async (java: Program): Promise<string> => {
  const home = java.env?.JAVA_HOME
  if (home === undefined || existsSync(join(home, 'lib/security/cacerts'))) return ''
  const place = await once('java-trust', (directory) => fillTrustStore(join(home, 'bin/keytool'), directory))
  return `-Djavax.net.ssl.trustStore=${join(place, 'cacerts')} -Djavax.net.ssl.trustStorePassword=changeit`
}

const fillTrustStore = async (keytool: string, directory: string): Promise<void> => {
  const bundle = await readFile(process.env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt', 'utf8').catch(
    () => '',
  )
  const certificates = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (certificates.length === 0) throw new CannotBeHad('this machine has no certificates that Maven could trust')
  progress(`filling a trust store for Maven with ${certificates.length} certificates`)
  const file = join(directory, 'certificate.pem')
  for (const [index, certificate] of certificates.entries()) {
    await writeFile(file, certificate)
    // JKS and few JVM threads: the store is written anew for each certificate, and PKCS12 takes three times as long.
    const quick = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC', '-storetype', 'JKS']
    const store = ['-keystore', join(directory, 'cacerts'), '-storepass', 'changeit', ...quick]
    await run({ command: keytool }, ['-importcert', '-noprompt', '-alias', `ca${index}`, '-file', file, ...store])
  }
}
