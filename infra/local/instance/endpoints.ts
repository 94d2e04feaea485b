import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { projectRoot } from '../../project.ts'

/** Where the running service answers: what `.local/endpoints.json` holds. */
export const endpoints = z.object({
  api: z.string(),
  s3: z.string(),
  bucket: z.string(),
  dynamodb: z.string(),
  table: z.string(),
  inbox: z.string(),
  control: z.string(),
  region: z.string(),
  /** Where people sign in to the console. */
  issuer: z.string(),
})
export type Endpoints = z.infer<typeof endpoints>

/** Of this clone: its lock, its key, its endpoints, its log. Elsewhere for tests, which must not meet a running service. */
export const localFolder = path.resolve(process.env.LOCAL_FOLDER ?? path.join(projectRoot, '.local'))

export const endpointsFile = path.join(localFolder, 'endpoints.json')

/** Whole or not at all: whoever waits for the file may read it at once. */
export async function writeEndpoints(file: string, value: Endpoints): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`)
  await rename(draft, file)
}

/** Undefined where no service has written any. They may be those of one that was killed. */
export async function readEndpoints(file: string = endpointsFile): Promise<Endpoints | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return undefined
  }
  return endpoints.parse(JSON.parse(text))
}

export const removeEndpoints = (file: string): Promise<void> => rm(file, { force: true })
